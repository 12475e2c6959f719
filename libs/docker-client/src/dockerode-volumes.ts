import { AppError } from '@aml/errors';
import { seconds, withDeadline } from './call-deadline';
import type { CallOptions, DockerVolumes, LabelFilter } from './docker-engine';
import { labelFilters } from './dockerode-images';
import type { EngineConnection } from './engine-connection';

export class DockerodeVolumes implements DockerVolumes {
  constructor(private readonly engine: EngineConnection) {}

  create(name: string, labels: Readonly<Record<string, string>>, call?: CallOptions): Promise<void> {
    const action = `create the volume "${name}"`;
    return withDeadline(action, call, seconds(30), async (signal) => {
      await this.engine.json({
        method: 'POST',
        path: ['volumes', 'create'],
        body: { Name: name, Labels: labels },
        signal,
        failed: { action, subject: name },
      });
    });
  }

  remove(name: string, call?: CallOptions): Promise<boolean> {
    const action = `remove the volume "${name}"`;
    return withDeadline(action, call, seconds(60), async (signal) => {
      try {
        const request = { method: 'DELETE', path: ['volumes', name], signal } as const;
        await this.engine.json({ ...request, failed: { action, subject: name } });
        return true;
      } catch (error) {
        if (error instanceof AppError && /no such volume/i.test(error.message)) return false;
        throw error;
      }
    });
  }

  listByLabel(labels: readonly LabelFilter[], call?: CallOptions): Promise<readonly string[]> {
    const action = 'list its volumes';
    return withDeadline(action, call, seconds(30), async (signal) => {
      const found = await this.engine.json<{ Volumes: { Name: string }[] | null }>({
        method: 'GET',
        path: ['volumes'],
        query: { filters: labelFilters(labels) },
        signal,
        failed: { action },
      });
      return (found.Volumes ?? []).map((volume) => volume.Name);
    });
  }
}

import { isRoot, Journey, ORDINARY_USER, type ProjectFolder } from '@aml/testing';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const uid = isRoot ? ORDINARY_USER.uid : (process.getuid?.() ?? -1);
const journey = Journey.begin('ordinary', isRoot ? { user: ORDINARY_USER } : {});
let project: ProjectFolder;

beforeAll(async () => {
  project = await journey.project('demo', {
    'train.py':
      'import os\nos.makedirs("outputs", exist_ok=True)\nopen("outputs/who", "w").write(str(os.getuid()))\nprint("ran")\n',
  });
});
afterAll(() => journey.end());

describe('an ordinary user', () => {
  it('runs a script with services and a database of their own', async () => {
    const outcome = await project.aml('experiment', 'submit', '-c', 'local', 'train.py');
    expect(outcome.stdout).toBe('ran\n');
    expect(outcome.exitCode).toBe(0);
    expect(statSync(join(journey.home, 'database/data')).uid).toBe(uid);
    const record = await project.json<{ attachments: string }>('history', 'last');
    expect(record.attachments).toContain('outputs/who');
  });

  it('finds the database again after both the services and their record were killed', async () => {
    const database = journey.databasePid();
    await journey.killServer();
    const records = await project.json<unknown[]>('history', 'list');
    expect(records).toHaveLength(1);
    expect(journey.databasePid()).toBe(database);
  });

  it('keeps token and keys from other users', () => {
    for (const file of ['token', 'secret-key', 'server.json']) {
      expect(statSync(join(journey.home, file)).mode & 0o077, file).toBe(0);
    }
  });
});

import { z } from 'zod';
import type { Host } from './host';
import type { RunFolder } from './run-folder';

const Process = z.object({ pid: z.number().int(), startTime: z.string() });
const Named = z.object({ pid: z.number().int(), command: z.string() });

/** `control/supervisor.json`: written by the supervisor before its script starts. */
export const SupervisorFile = z.object({
  supervisor: Process,
  script: Process.nullish(),
  bootId: z.string().default(''),
  startedAt: z.string().nullish(),
});
export type SupervisorFile = z.infer<typeof SupervisorFile>;

/** `control/exit.json`: written by the supervisor as the last thing it does. */
export const ExitFile = z.object({
  reason: z.enum(['exited', 'timeLimit', 'canceled', 'terminated', 'startFailed', 'lost']),
  exitCode: z.number().int().nullable().default(null),
  signal: z.string().nullable().default(null),
  startedAt: z.string().nullable().default(null),
  endedAt: z.string().nullable().default(null),
  durationSeconds: z.number().nullable().default(null),
  leftovers: z.array(Named).default([]),
  verifiedGone: z.boolean().default(false),
  survivors: z.array(z.union([Named, z.string()])).default([]),
  message: z.string().optional(),
});
export type ExitFile = z.infer<typeof ExitFile>;

/** `control/staged.json`: the folder holds everything that a launch needs. */
export const StagedFile = z.object({
  version: z.literal(1),
  snapshotId: z.string(),
  /** What the supervisor is started with, also when it has to be started again. */
  python: z.string().default('python3'),
  graceSeconds: z.number().default(10),
  leftoverSeconds: z.number().default(10),
});
export type StagedFile = z.infer<typeof StagedFile>;

/** Undefined where the file is not there, is not yet whole, or is not what it should be. */
export async function readControlFile<Schema extends z.ZodType>(
  host: Host,
  path: string,
  schema: Schema,
): Promise<z.infer<Schema> | undefined> {
  const content = await host.readFile(path);
  if (!content) return undefined;
  try {
    const parsed = schema.safeParse(JSON.parse(content.toString()));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}

export async function isCancelWanted(host: Host, folder: RunFolder): Promise<boolean> {
  return (await host.stat(folder.cancel)) !== undefined;
}

import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { CommandContext } from '../command';
import { serverLogPath } from './server-files';

const LOOK_EVERY_MS = 200;
const TAIL_BYTES = 4_000_000;

/** Prints the end of the services' log, and with `follow` what is added, also after the log was begun anew. */
export async function showServerLogs(
  context: CommandContext,
  options: { readonly lines: number; readonly follow: boolean },
): Promise<number> {
  const path = serverLogPath(context.settings.home);
  const { terminal } = context;
  if (statSync(path, { throwIfNoEntry: false }) === undefined) {
    terminal.err(`there is no log yet: ${path}\n`);
    return 0;
  }
  let descriptor = openSync(path, 'r');
  try {
    let position = fstatSync(descriptor).size;
    const start = Math.max(0, position - TAIL_BYTES);
    terminal.out(lastLines(readFrom(descriptor, start, position), options.lines));
    while (options.follow) {
      await delay(LOOK_EVERY_MS);
      const { size, ino } = fstatSync(descriptor);
      if (size > position) {
        terminal.out(readFrom(descriptor, position, size));
        position = size;
      } else if (statSync(path, { throwIfNoEntry: false })?.ino !== ino) {
        closeSync(descriptor);
        descriptor = openSync(path, 'a+');
        position = 0;
      }
    }
  } finally {
    closeSync(descriptor);
  }
  return 0;
}

function readFrom(descriptor: number, start: number, end: number): Buffer {
  const bytes = Buffer.alloc(end - start);
  return bytes.subarray(0, readSync(descriptor, bytes, 0, bytes.length, start));
}

function lastLines(bytes: Buffer, lines: number): Buffer {
  let at = bytes.length - 1;
  for (let found = 0; at > 0 && found < lines; found += 1) {
    at = bytes.lastIndexOf(10, at - 1);
    if (at < 0) return bytes;
  }
  return bytes.subarray(at <= 0 ? 0 : at + 1);
}

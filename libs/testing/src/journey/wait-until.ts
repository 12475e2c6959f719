import { setTimeout as delay } from 'node:timers/promises';

/** Asks again and again until there is an answer. @throws when there is none within `seconds`; `what` names it. */
export async function waitUntil<T>(
  what: string,
  look: () => T | undefined | false | Promise<T | undefined | false>,
  seconds = 30,
): Promise<T> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== undefined && found !== false) return found;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await delay(25);
  }
}

import { setTimeout as pause } from 'node:timers/promises';

const POLL_MS = 15;

/**
 * Waits until `condition` gives something other than false, null or undefined, and returns it.
 * A condition that throws counts as not yet; what it threw last is the cause of the timeout.
 * @param options.what What is waited for, as it should read in a failed test.
 * @throws Error after `timeoutMs` (10,000 when left out).
 */
export async function until<T>(
  condition: () => T | Promise<T>,
  options: { timeoutMs?: number; what: string },
): Promise<Exclude<T, false | null | undefined>> {
  const timeoutMs = options.timeoutMs ?? 10_000;
  const deadlineMs = Date.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    try {
      const value = await condition();
      if (value !== false && value !== null && value !== undefined) {
        return value as Exclude<T, false | null | undefined>;
      }
    } catch (error) {
      cause = error;
    }
    if (Date.now() > deadlineMs) throw new Error(`waited ${timeoutMs} ms in vain for ${options.what}`, { cause });
    await pause(POLL_MS);
  }
}

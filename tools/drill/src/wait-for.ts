import { setTimeout as pause } from 'node:timers/promises';

export interface Patience {
  /** What is waited for, as it reads in an error. */
  readonly what: string;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

const POLL_MS = 50;

/**
 * Asks until `condition` says yes; one that throws counts as no.
 * @throws Error after `timeoutMs`, with what was thrown last as its cause, or the signal's reason once it aborts.
 */
export async function waitFor(condition: () => boolean | Promise<boolean>, patience: Patience): Promise<void> {
  const { what, timeoutMs, signal } = patience;
  const deadlineMs = performance.now() + timeoutMs;
  let cause: unknown;
  for (;;) {
    signal.throwIfAborted();
    try {
      if (await condition()) return;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadlineMs) throw new Error(`waited ${timeoutMs / 1_000} s in vain for ${what}`, { cause });
    await pause(POLL_MS);
  }
}

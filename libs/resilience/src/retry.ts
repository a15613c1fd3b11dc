import { setTimeout as sleep } from 'node:timers/promises';
import { fullJitter } from './backoff.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface RetryOptions {
  /** Tries in all, the first included. */
  readonly attempts: number;
  readonly baseMs: number;
  readonly capMs: number;
  /** Shared by all callers of one dependency. */
  readonly budget: RetryBudget;
  /** Whether the same call may succeed later; by default what the error's `retryable` says. */
  readonly isRetryable?: (error: unknown) => boolean;
  readonly signal?: AbortSignal;
  readonly wait?: (ms: number, signal?: AbortSignal) => Promise<void>;
  readonly nowMs?: () => number;
}

/**
 * Tries `work` until it succeeds, with full jitter between tries.
 * @throws the last error, once it is not retryable, the tries or the budget are used up, or `signal` is aborted.
 */
export async function retry<T>(work: (attempt: number) => Promise<T>, options: RetryOptions): Promise<T> {
  const { attempts, budget, signal, isRetryable = saysRetryable, wait = waitFor, nowMs = Date.now } = options;
  budget.deposit(nowMs());
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      const giveUp = attempt >= attempts || signal?.aborted === true || !isRetryable(error);
      if (giveUp || !budget.tryWithdraw(nowMs())) throw error;
      await wait(fullJitter(attempt, options), signal);
    }
  }
}

function saysRetryable(error: unknown): boolean {
  return error instanceof Error && 'retryable' in error && error.retryable === true;
}

async function waitFor(ms: number, signal?: AbortSignal): Promise<void> {
  await sleep(ms, undefined, signal === undefined ? {} : { signal });
}

import { describe, expect, it } from '@jest/globals';
import { DependencyUnavailable } from './dependency-unavailable.ts';
import { RetryBudget } from './retry-budget.ts';
import { retry, type RetryOptions } from './retry.ts';

const unavailable = new DependencyUnavailable('postgres', 'no answer within 5 ms');

function failing(times: number, error: unknown) {
  const seen: number[] = [];
  const work = async (attempt: number) => {
    seen.push(attempt);
    if (seen.length <= times) throw error;
    return 'done';
  };
  return { work, seen };
}

function options(more: Partial<RetryOptions> = {}): RetryOptions & { readonly waitsMs: number[] } {
  const waitsMs: number[] = [];
  const wait = async (ms: number) => void waitsMs.push(ms);
  return { attempts: 4, baseMs: 10, capMs: 1000, budget: new RetryBudget(), wait, nowMs: () => 0, ...more, waitsMs };
}

describe('retry', () => {
  it('tries until it succeeds, waiting between tries', async () => {
    const { work, seen } = failing(2, unavailable);
    const given = options();
    await expect(retry(work, given)).resolves.toBe('done');
    expect(seen).toEqual([1, 2, 3]);
    expect(given.waitsMs).toHaveLength(2);
    expect(given.waitsMs[1]).toBeLessThanOrEqual(20);
  });

  it('gives up after the last try with its error', async () => {
    const { work, seen } = failing(9, unavailable);
    await expect(retry(work, options())).rejects.toBe(unavailable);
    expect(seen).toHaveLength(4);
  });

  it('does not repeat what cannot succeed', async () => {
    const { work, seen } = failing(9, new Error('syntax error'));
    await expect(retry(work, options())).rejects.toThrow('syntax error');
    expect(seen).toHaveLength(1);
  });

  it('asks the caller where the error does not say', async () => {
    const { work, seen } = failing(1, 'ECONNRESET');
    await expect(retry(work, options({ isRetryable: (error) => error === 'ECONNRESET' }))).resolves.toBe('done');
    expect(seen).toHaveLength(2);
  });

  it('stops when the budget is used up, whoever used it', async () => {
    const given = options({ budget: new RetryBudget({ ratio: 0, minPerSecond: 0.1 }) });
    const first = failing(1, unavailable);
    await expect(retry(first.work, given)).resolves.toBe('done');
    const second = failing(1, unavailable);
    await expect(retry(second.work, given)).rejects.toBe(unavailable);
    expect(second.seen).toHaveLength(1);
  });

  it('stops when aborted', async () => {
    const stopping = new AbortController();
    const { work, seen } = failing(9, unavailable);
    const given = options({ signal: stopping.signal, wait: async () => stopping.abort() });
    await expect(retry(work, given)).rejects.toBe(unavailable);
    expect(seen).toHaveLength(2);
  });

  it('an abort ends a wait', async () => {
    const { work } = failing(9, unavailable);
    const { attempts, budget } = options();
    const signal = AbortSignal.abort();
    const waiting = retry(work, { attempts, budget, baseMs: 1e6, capMs: 1e6, isRetryable: () => true, signal });
    await expect(waiting).rejects.toBe(unavailable);
  });
});

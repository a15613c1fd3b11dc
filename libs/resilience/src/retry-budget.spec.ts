import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RetryBudget } from './retry-budget.ts';

function withdrawAll(budget: RetryBudget, nowMs: number): number {
  let taken = 0;
  while (budget.tryWithdraw(nowMs)) taken += 1;
  return taken;
}

describe('RetryBudget', () => {
  it('lets a quiet caller retry within its reserve', () => {
    expect(withdrawAll(new RetryBudget({ minPerSecond: 2, windowMs: 10_000 }), 0)).toBe(20);
  });

  it('pays for a fixed share of the calls', () => {
    const budget = new RetryBudget({ ratio: 0.25, minPerSecond: 0 });
    for (let call = 0; call < 100; call += 1) budget.deposit(1000);
    expect(withdrawAll(budget, 1000)).toBe(25);
  });

  it('forgets deposits and withdrawals after the window, not before', () => {
    const budget = new RetryBudget({ ratio: 1, minPerSecond: 1, windowMs: 1000 });
    budget.deposit(50);
    expect(withdrawAll(budget, 950)).toBe(2);
    expect(withdrawAll(budget, 1000)).toBe(0);
    expect(withdrawAll(budget, 2000)).toBe(1);
  });

  it('gives nothing back when the clock steps back', () => {
    const budget = new RetryBudget({ minPerSecond: 1, windowMs: 1000 });
    expect(withdrawAll(budget, 100_000)).toBe(1);
    expect(withdrawAll(budget, 5)).toBe(0);
    expect(withdrawAll(budget, 100_100)).toBe(0);
  });

  it('never pays for more than reserve and share of all calls within one window', () => {
    const step = fc.record({ call: fc.boolean(), afterMs: fc.nat(50) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 300 }), (steps) => {
        const budget = new RetryBudget({ ratio: 0.5, minPerSecond: 3, windowMs: 100_000 });
        let [nowMs, calls, retries] = [0, 0, 0];
        for (const { call, afterMs } of steps) {
          nowMs += afterMs;
          if (call) {
            budget.deposit(nowMs);
            calls += 1;
          } else if (budget.tryWithdraw(nowMs)) retries += 1;
        }
        expect(retries).toBeLessThanOrEqual(300 + calls * 0.5);
      }),
    );
  });
});

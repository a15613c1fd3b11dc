import { describe, expect, it } from '@jest/globals';
import { Allowance } from './quarantine-allowance.ts';

const limits = { webhooksPerMinute: 2, bytesPerMinute: 100, bytesInAll: 150 };

describe('Allowance', () => {
  it('gives room for so many webhooks a minute', () => {
    const allowance = new Allowance(limits);
    expect([0, 1, 2].map((nowMs) => allowance.take(1, nowMs))).toEqual([true, true, false]);
    expect(allowance.take(1, 60_000)).toBe(true);
  });

  it('gives room for so many bytes a minute, and in all until renewed', () => {
    const allowance = new Allowance(limits);
    expect([allowance.take(101, 0), allowance.take(100, 0), allowance.take(1, 0)]).toEqual([false, true, false]);
    expect([allowance.take(51, 60_000), allowance.take(50, 60_000)]).toEqual([false, true]);
    expect(allowance.take(1, 120_000)).toBe(false);
    allowance.renew();
    expect(allowance.take(1, 120_000)).toBe(true);
  });
});

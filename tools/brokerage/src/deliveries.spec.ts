import { describe, expect, it } from '@jest/globals';
import { type DeliveryPlan, inDeliveryOrder, NO_FAULTS, planDelivery } from './deliveries.ts';
import { Random } from './random.ts';

const RATES = { duplicate: 0.1, retried: 0.05, late: 0.2 };
const COUNT = 20_000;

function plans(rates = RATES): { atMs: number; delivery: DeliveryPlan }[] {
  const random = new Random(1);
  return Array.from({ length: COUNT }, (_, i) => ({ atMs: i * 1000, delivery: planDelivery(random, i * 1000, rates) }));
}

describe('planDelivery', () => {
  it.each(['duplicate', 'retried', 'late'] as const)('makes %s deliveries at the set rate', (fault) => {
    const share = plans().filter(({ delivery }) => delivery.fault === fault).length / COUNT;
    expect(Math.abs(share - RATES[fault])).toBeLessThan(0.015);
  });

  it('sends duplicates twice, retries up to four times, the rest once, and nothing before it happened', () => {
    const counts = {
      duplicate: new Set<number>(),
      retried: new Set<number>(),
      late: new Set<number>(),
      none: new Set<number>(),
    };
    for (const { atMs, delivery } of plans()) {
      counts[delivery.fault ?? 'none'].add(delivery.deliveredAtMs.length);
      expect(delivery.deliveredAtMs[0]).toBeGreaterThanOrEqual(atMs);
      expect(delivery.deliveredAtMs).toEqual([...delivery.deliveredAtMs].toSorted((a, b) => a - b));
    }
    expect({ ...counts, retried: [...counts.retried].toSorted((a, b) => a - b) }).toEqual({
      duplicate: new Set([2]),
      retried: [2, 3, 4],
      late: new Set([1]),
      none: new Set([1]),
    });
  });

  it('can do without faults', () => {
    expect(plans(NO_FAULTS).every(({ delivery }) => delivery.fault === null)).toBe(true);
  });
});

describe('inDeliveryOrder', () => {
  it('delivers everything as often as planned, in order of arrival and not of happening', () => {
    const events = plans();
    const delivered = [...inDeliveryOrder(events)];
    expect(delivered).toHaveLength(events.reduce((sum, { delivery }) => sum + delivery.deliveredAtMs.length, 0));
    const times = delivered.map(({ deliveredAtMs }) => deliveredAtMs);
    expect(times).toEqual([...times].toSorted((a, b) => a - b));
    const overtaken = delivered.filter(({ event }, i) => event.atMs < (delivered[i - 1]?.event.atMs ?? 0));
    expect(overtaken.length).toBeGreaterThan(COUNT * RATES.late);
  });
});

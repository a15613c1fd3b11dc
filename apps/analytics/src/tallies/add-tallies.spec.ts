import type { MinuteTally } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addTallies } from './add-tallies.ts';

const tally: fc.Arbitrary<MinuteTally> = fc.record({
  tenantId: fc.constantFrom('maple', 'oak', '_'),
  minuteMs: fc.constantFrom(0, 60_000),
  path: fc.constantFrom('ack', 'push'),
  outcomes: fc.dictionary(fc.constantFrom('stored', 'duplicate', 'overloaded'), fc.nat({ max: 1_000 }), {
    noNullPrototype: true,
  }),
  latency: fc.array(fc.nat({ max: 100 }), { maxLength: 8 }),
});
const total = (tallies: readonly MinuteTally[]) => ({
  outcomes: tallies.flatMap(({ outcomes }) => Object.values(outcomes)).reduce((a, b) => a + b, 0),
  latency: tallies.flatMap(({ latency }) => latency).reduce((a, b) => a + b, 0),
});

describe('adding up tallies', () => {
  it('keeps every count and leaves one row per tenant, minute and path, always in one order', () => {
    fc.assert(
      fc.property(fc.array(tally, { maxLength: 30 }), (tallies) => {
        const rows = addTallies(tallies);
        expect(total(rows)).toEqual(total(tallies));
        const keys = rows.map(({ tenantId, minuteMs, path }) => `${tenantId}\n${minuteMs}\n${path}`);
        expect(new Set(keys).size).toBe(keys.length);
        expect(keys).toEqual(keys.toSorted());
      }),
    );
  });

  it('gives the same whatever the order they come in', () => {
    fc.assert(
      fc.property(fc.array(tally, { maxLength: 12 }), (tallies) => {
        const padded = (rows: readonly MinuteTally[]) =>
          rows.map((row) => ({ ...row, latency: [...row.latency, ...Array.from({ length: 8 }, () => 0)].slice(0, 8) }));
        expect(padded(addTallies(tallies.toReversed()))).toEqual(padded(addTallies(tallies)));
      }),
    );
  });
});

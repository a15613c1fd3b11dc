import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { shortfallsOf } from './evidence.ts';
import { bordersOf, splitForward } from './splits.ts';
import { numbers } from './tables.for-spec.ts';
import type { TrainingTable } from './training-table.ts';

interface Row {
  readonly lead: number;
  readonly atMs: number;
}

/** A row's number is its only value, so that it can be found again. */
function tableOf(rows: readonly Row[]): TrainingTable {
  return {
    columns: [numbers('row', rows.keys())],
    labels: new Uint8Array(rows.length),
    atMs: Float64Array.from(rows, ({ atMs }) => atMs),
    groups: Int32Array.from(rows, ({ lead }) => lead),
  };
}

const rows = fc.array(fc.record({ lead: fc.nat(12), atMs: fc.nat(100) }), { minLength: 1, maxLength: 60 });
const borders = fc
  .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 3 })
  .map((of) => of.toSorted((a, b) => a - b));

describe('splitForward', () => {
  it('has no lead on two sides, no part that reaches into the next, and no row twice', () => {
    fc.assert(
      fc.property(rows, borders, fc.nat(10), (of, at, horizonMs) => {
        const { parts, dropped } = splitForward(tableOf(of), at, horizonMs);
        const leads = parts.map(({ groups }) => new Set(groups));
        for (const [part, here] of leads.entries()) {
          for (const other of leads.slice(part + 1)) expect([...here].filter((lead) => other.has(lead))).toEqual([]);
        }
        for (const [part, { atMs }] of parts.entries()) {
          for (const time of atMs) {
            expect(time).toBeGreaterThanOrEqual(at[part - 1] ?? 0);
            expect(time + (part < at.length ? horizonMs : 0)).toBeLessThan(at[part] ?? Number.POSITIVE_INFINITY);
          }
        }
        const kept = parts.flatMap(({ columns }) => [...(columns[0]?.values ?? [])]);
        expect(new Set(kept).size).toBe(kept.length);
        expect(kept.length + dropped).toBe(of.length);
      }),
    );
  });

  it('leaves out rows of a lead that lie behind the next border', () => {
    const { parts, dropped } = splitForward(
      tableOf([
        { lead: 1, atMs: 5 },
        { lead: 1, atMs: 15 },
        { lead: 2, atMs: 15 },
      ]),
      [10],
    );
    expect(parts.map(({ columns }) => [...(columns[0]?.values ?? [])])).toEqual([[0], [2]]);
    expect(dropped).toBe(1);
  });

  it('refuses borders that do not rise, and tables without time', () => {
    expect(() => splitForward(tableOf([{ lead: 1, atMs: 5 }]), [10, 10])).toThrow('borders must rise');
    expect(() => splitForward({ ...tableOf([{ lead: 1, atMs: 5 }]), atMs: new Float64Array() }, [10])).toThrow(
      'without time',
    );
  });

  it('finds borders by shares of leads', () => {
    const table = tableOf(Array.from({ length: 100 }, (_, lead) => ({ lead, atMs: lead * 10 })));
    const { parts } = splitForward(table, bordersOf(table, [60, 20, 20]));
    expect(parts.map(({ labels }) => labels.length)).toEqual([60, 20, 20]);
  });
});

describe('shortfallsOf', () => {
  const table = (leads: number, positives: number): TrainingTable => ({
    ...tableOf(Array.from({ length: leads * 2 }, (_, row) => ({ lead: Math.floor(row / 2), atMs: row }))),
    labels: Uint8Array.from({ length: leads * 2 }, (_, row) => (row % 2 === 1 && row < positives * 2 ? 1 : 0)),
  });

  it('finds nothing amiss from 1,000 leads with 120 conversions on', () => {
    expect(shortfallsOf(table(1_000, 120))).toEqual([]);
  });

  it('says what is missing, counting leads and not rows', () => {
    expect(shortfallsOf(table(900, 0))).toEqual([
      { what: 'leads', have: 900, need: 1_000 },
      { what: 'positives', have: 0, need: 120 },
    ]);
    expect(shortfallsOf(table(1_000, 950))).toEqual([{ what: 'negatives', have: 50, need: 120 }]);
  });
});

import type { TrainingTable } from '@hub/intelligence/training';
import { describe, expect, it } from '@jest/globals';
import { slicesOf, sliceOf } from './slices.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 0, 1);

/** A lead a day with a row then, a week and four weeks later; every third has the outcome. */
function table(leads: number, label = (lead: number): number => Number(lead % 3 === 0)): TrainingTable {
  const rows = Array.from({ length: leads }, (_, lead) => [0, 7, 28].map((days) => ({ lead, at: lead + days }))).flat();
  return {
    columns: [{ kind: 'number', name: 'source', monotone: null, values: new Float64Array(rows.length) }],
    labels: Uint8Array.from(rows, ({ lead }) => label(lead)),
    atMs: Float64Array.from(rows, ({ at }) => START_MS + at * DAY_MS),
    groups: Int32Array.from(rows, ({ lead }) => lead),
  };
}

describe('slicesOf', () => {
  const slices = slicesOf(table(300), 30 * DAY_MS);
  const inOrder = [slices.train, slices.stop, slices.calibrate, slices.test];

  it('gives no lead to two parts', () => {
    const leads = inOrder.flatMap(({ groups }) => [...new Set(groups)]);
    expect(new Set(leads).size).toBe(leads.length);
  });

  it('goes forward in time, the latest fifth for measuring', () => {
    const ends = inOrder.map(({ atMs }) => [Math.min(...atMs), Math.max(...atMs)] as const);
    ends.slice(1).forEach(([from], at) => expect(from).toBeGreaterThan(ends[at]?.[1] ?? Infinity));
    expect(new Set(slices.test.groups).size).toBe(60);
  });

  it('learns from nothing whose outcome was open when the first measured lead came', () => {
    const testBegins = Math.min(...slices.test.atMs);
    for (const { atMs } of inOrder.slice(0, 3)) {
      expect(Math.max(...atMs)).toBeLessThan(testBegins - 30 * DAY_MS);
    }
  });

  it('says what it lacks', () => {
    expect(() => slicesOf(table(20), 30 * DAY_MS)).toThrow('within too short a time');
    expect(() =>
      slicesOf(
        table(300, () => 0),
        30 * DAY_MS,
      ),
    ).toThrow('to learn from has only one kind of outcome');
    expect(() =>
      slicesOf(
        table(300, (lead) => Number(lead < 100)),
        30 * DAY_MS,
      ),
    ).toThrow('has only one kind of outcome');
    expect(() => slicesOf(table(0), 30 * DAY_MS)).toThrow('within too short a time');
  });
});

describe('sliceOf', () => {
  it('tells time, leads, rows and positives', () => {
    expect(sliceOf(table(6))).toEqual({
      from: '2026-01-01T00:00:00.000Z',
      until: '2026-02-03T00:00:00.000Z',
      leads: 6,
      rows: 18,
      positives: 6,
    });
  });
});

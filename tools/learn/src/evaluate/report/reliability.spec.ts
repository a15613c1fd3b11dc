import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { reliabilityPlot } from './reliability-plot.ts';
import { reliabilityOf } from './reliability.ts';

const rowsOf = fc.array(
  fc.record({ label: fc.integer({ min: 0, max: 1 }), odds: fc.double({ min: 0, max: 1, noNaN: true }) }),
  {
    minLength: 1,
    maxLength: 60,
  },
);

it('puts every row in one of ten bins of equal count, from the lowest odds up', () => {
  fc.assert(
    fc.property(rowsOf, (rows) => {
      const bins = reliabilityOf(
        rows.map(({ label }) => label),
        rows.map(({ odds }) => odds),
      );
      const counts = bins.map((bin) => bin.rows);
      expect(counts.reduce((sum, count) => sum + count, 0)).toBe(rows.length);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      for (const [at, { said, came, low, high }] of bins.entries()) {
        expect(said).toBeGreaterThanOrEqual((bins[at - 1]?.said ?? 0) - 1e-12);
        expect(low).toBeLessThanOrEqual(came + 1e-12);
        expect(high).toBeGreaterThanOrEqual(came - 1e-12);
      }
    }),
  );
});

it('tells of each bin what was said and what came', () => {
  const odds = Array.from({ length: 100 }, (_, row) => row / 100);
  const [lowest, , , , , , , , , highest] = reliabilityOf(
    odds.map((odd) => Number(odd >= 0.5)),
    odds,
  );
  expect(lowest).toMatchObject({ rows: 10, came: 0, low: 0 });
  expect(lowest?.said).toBeCloseTo(0.045);
  expect(highest?.came).toBe(1);
  expect(highest?.high).toBeCloseTo(1);
  expect(highest?.low).toBeCloseTo(0.722, 3);
});

it('draws both series inside the picture, for light and dark pages, with names escaped', () => {
  const bins = reliabilityOf([0, 1], [0, 1]);
  const svg = reliabilityPlot('<a & b>', [
    { name: 'learned', bins },
    { name: 'logistic', bins },
  ]);
  expect(svg).toContain('&lt;a &amp; b&gt;');
  expect(svg).toContain('prefers-color-scheme: dark');
  expect(svg.match(/<circle/g)).toHaveLength(4);
  const [, , width, height] = /viewBox="(\d+) (\d+) (\d+) (\d+)"/.exec(svg)?.slice(1).map(Number) ?? [];
  for (const [, x, y] of svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)"/g)) {
    expect(Number(x)).toBeLessThanOrEqual(width ?? 0);
    expect(Number(y)).toBeLessThanOrEqual(height ?? 0);
  }
});

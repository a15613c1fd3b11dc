import { metricsOf } from '@hub/intelligence/training';
import { expect, it } from '@jest/globals';
import { eceByChance } from './ece-by-chance.ts';

const odds = (rows: number) => Float64Array.from({ length: rows }, (_, row) => 0.1 + (0.8 * row) / rows);
const NONE = new Int32Array();

it('falls with the number of leads, not with that of their rows', () => {
  const few = eceByChance(odds(400), NONE, 1);
  expect(eceByChance(odds(1_600), NONE, 1)).toBeLessThan(few / 1.5);
  const fourEach = Float64Array.from([...odds(400)].flatMap((odd) => [odd, odd, odd, odd]));
  const leads = Int32Array.from(fourEach, (_, row) => Math.floor(row / 4));
  expect(eceByChance(fourEach, leads, 1)).toBeGreaterThan(few / 1.5);
});

it('is far below what odds show that do not hold', () => {
  const given = odds(1_000);
  const labels = Uint8Array.from(given, (_, row) => Number(row % 2 === 0));
  expect(metricsOf(labels, given).ece).toBeGreaterThan(4 * eceByChance(given, NONE, 1));
});

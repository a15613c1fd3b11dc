import { expect, it } from '@jest/globals';
import { oddsOf } from './logits.ts';
import { metricsOf } from './metrics.ts';
import { monthByMonth, type Outcomes } from './month-by-month.ts';
import { seededRandom } from './random.ts';

const DAY_MS = 86_400_000;

/** 50 leads a day from a day on, whose odds are the model's moved by `shift`. */
function outcomes(from: string, days: number, shift: number, seed: number): Outcomes {
  const random = seededRandom(seed);
  const logits = Float64Array.from({ length: days * 50 }, () => 4 * random() - 3);
  const atMs = logits.map((_, row) => Date.parse(from) + Math.floor(row / 50) * DAY_MS);
  return { logits, atMs, labels: Uint8Array.from(logits, (logit) => Number(random() < oddsOf(logit + shift))) };
}

const known = outcomes('2025-01-01', 90, 0, 1);
const moved = outcomes('2025-04-01', 91, 1.5, 2);
const eceIn = (month: number, logits: Float64Array): number => {
  const isHere = (_: number, row: number) => new Date(moved.atMs[row] ?? 0).getUTCMonth() === month;
  return metricsOf(moved.labels.filter(isHere), logits.filter(isHere).map(oddsOf)).ece;
};

it('mends what moved from the second month on, and cannot in the first', () => {
  const mended = monthByMonth(known, moved, { halfLifeMonths: 0.5 });
  const [april, june] = [3, 5];
  expect(eceIn(april, mended)).toBeCloseTo(eceIn(april, moved.logits), 1);
  expect(eceIn(june, moved.logits)).toBeGreaterThan(0.2);
  expect(eceIn(june, mended)).toBeLessThan(0.06);
});

it('uses no label before it is known: later labels, and those of the month itself, change nothing', () => {
  const isBefore = (row: number) => (moved.atMs[row] ?? 0) < Date.UTC(2025, 4);
  const otherwise = { ...moved, labels: moved.labels.map((label, row) => (isBefore(row) ? label : 1 - label)) };
  const isMayOrBefore = (_: number, row: number) => (moved.atMs[row] ?? 0) < Date.UTC(2025, 5);
  expect(monthByMonth(known, otherwise).filter(isMayOrBefore)).toEqual(
    monthByMonth(known, moved).filter(isMayOrBefore),
  );
  // With labels known only after 92 days, all three months are as good as the first.
  const late = monthByMonth(known, moved, { horizonMs: 92 * DAY_MS });
  expect(late).toEqual(
    monthByMonth(known, { ...moved, labels: moved.labels.map(() => 0) }, { horizonMs: 92 * DAY_MS }),
  );
});

it('leaves odds as they are where nothing is known', () => {
  const nothing = { logits: new Float64Array(), labels: new Uint8Array(), atMs: new Float64Array() };
  const april = outcomes('2025-04-01', 30, 1, 3);
  expect(monthByMonth(nothing, april)).toEqual(april.logits);
});

it('stays finite where all labels are the same', () => {
  const alike = { ...known, labels: known.labels.map(() => 1) };
  expect(monthByMonth(alike, moved).every(Number.isFinite)).toBe(true);
});

import { describe, expect, it } from '@jest/globals';
import { differencesOf, metricsWithIntervals } from './intervals.ts';
import { metricsOf } from './metrics.ts';
import { seededRandom } from './random.ts';

const BOOTSTRAP = { seed: 1, draws: 200 };

function drawn(rows: number, seed = 1) {
  const random = seededRandom(seed);
  const odds = Array.from({ length: rows }, () => random());
  return { odds, labels: odds.map((of) => (random() < of ? 1 : 0)), noise: odds.map((of) => (of + random()) / 2) };
}

describe('metricsWithIntervals', () => {
  it('has the metrics themselves, between bounds that are closer for more rows', () => {
    const few = drawn(100);
    const many = drawn(2_000);
    const [wide, narrow] = [few, many].map(({ labels, odds }) => metricsWithIntervals(labels, odds, [], BOOTSTRAP));
    const plain = metricsOf(many.labels, many.odds);
    for (const name of ['auc', 'prAuc', 'brier', 'lift20'] as const) {
      const { value, low, high } = narrow?.[name] ?? { value: 0, low: 0, high: 0 };
      expect(value).toBe(plain[name]);
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
      const widthFew = (wide?.[name].high ?? 0) - (wide?.[name].low ?? 0);
      expect(high - low).toBeLessThan(widthFew);
    }
  });

  it('has the standard error of Hanley and McNeil for the AUC, about', () => {
    const { labels, odds } = drawn(800);
    const { auc } = metricsWithIntervals(labels, odds, [], { seed: 1, draws: 400 });
    const [ones, zeros] = [labels.filter((label) => label === 1).length, labels.filter((label) => label === 0).length];
    const [q1, q2] = [auc.value / (2 - auc.value), (2 * auc.value ** 2) / (1 + auc.value)];
    const variance =
      (auc.value * (1 - auc.value) + (ones - 1) * (q1 - auc.value ** 2) + (zeros - 1) * (q2 - auc.value ** 2)) /
      (ones * zeros);
    const ratio = (auc.high - auc.low) / (2 * 1.96 * Math.sqrt(variance));
    expect(ratio).toBeGreaterThan(0.8);
    expect(ratio).toBeLessThan(1.2);
  });

  it('draws leads, not rows: ten times the same row tells nothing more', () => {
    const { labels, odds } = drawn(200);
    const tenfold = (of: readonly number[]) => of.flatMap((value) => Array.from({ length: 10 }, () => value));
    const leads = tenfold([...labels.keys()]);
    const { auc } = metricsWithIntervals(tenfold(labels), tenfold(odds), leads, BOOTSTRAP);
    const once = metricsWithIntervals(labels, odds, [], BOOTSTRAP).auc;
    expect(auc.low).toBeCloseTo(once.low, 10);
    expect(auc.high).toBeCloseTo(once.high, 10);
  });

  it('refuses rows of one kind', () => {
    expect(() => metricsWithIntervals([1, 1], [0.5, 0.6], [], BOOTSTRAP)).toThrow('no positives or no negatives');
  });
});

describe('differencesOf', () => {
  it('is 0 from a model to itself, on every draw', () => {
    const { labels, odds } = drawn(100);
    const { auc, brier } = differencesOf(labels, [odds, odds], [], BOOTSTRAP);
    expect([auc, brier]).toEqual(Array.from({ length: 2 }, () => ({ value: 0, low: 0, high: 0 })));
  });

  it('tells a worse model from a better one more surely than two intervals would', () => {
    const { labels, odds, noise } = drawn(300);
    const { auc } = differencesOf(labels, [noise, odds], [], BOOTSTRAP);
    expect(auc.value).toBeCloseTo(metricsOf(labels, odds).auc - metricsOf(labels, noise).auc, 12);
    expect(auc.low).toBeGreaterThan(0);
    const alone = metricsWithIntervals(labels, odds, [], BOOTSTRAP).auc;
    expect(auc.high - auc.low).toBeLessThan(2 * (alone.high - alone.low));
  });
});

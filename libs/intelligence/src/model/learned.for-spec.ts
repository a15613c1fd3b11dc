import fc from 'fast-check';
import { FEATURES } from '../features/table.ts';
import { binsOf } from './bins.ts';
import type { Calibration, LearnedModel, PairShape, StepShape } from './learned.ts';

export const NAMES: readonly string[] = FEATURES.map(({ name }) => name);

const logit = fc.double({ min: -4, max: 4, noNaN: true });
const edge = fc.oneof(fc.integer({ min: -2, max: 12 }), fc.double({ min: -5, max: 400, noNaN: true }));
const edges = fc
  .uniqueArray(edge, { maxLength: 9, comparator: (a, b) => a === b })
  .map((all) => all.toSorted((a, b) => a - b));

function logits(count: number): fc.Arbitrary<readonly number[]> {
  return fc.array(logit, { minLength: count, maxLength: count });
}

const shape: fc.Arbitrary<StepShape> = edges.chain((ofOne) =>
  logits(binsOf(ofOne)).map((values) => ({ edges: ofOne, logits: values })),
);

const pair: fc.Arbitrary<PairShape> = fc
  .tuple(fc.subarray([...NAMES.keys()], { minLength: 2, maxLength: 2 }), edges, edges)
  .chain(([features, rows, columns]) =>
    logits(binsOf(rows) * binsOf(columns)).map((values) => ({
      features: [features[0] ?? 0, features[1] ?? 1] as const,
      edges: [rows, columns] as const,
      logits: values,
    })),
  );

const margin = fc.double({ min: 0, max: 2, noNaN: true });
const calibration: fc.Arbitrary<Calibration> = fc
  .uniqueArray(fc.tuple(fc.double({ min: -6, max: 6, noNaN: true }), logit, margin, margin), {
    maxLength: 6,
    comparator: ([a], [b]) => a === b,
  })
  .map((all) => ({
    knots: all
      .toSorted(([a], [b]) => a - b)
      .map(([sum, calibrated, below, above]) => ({
        sum,
        calibrated,
        low: calibrated - below,
        high: calibrated + above,
      })),
  }));

/** Learned models over our features, with whatever a trainer may come to. */
export const learnedModel: fc.Arbitrary<LearnedModel> = fc.record({
  name: fc.constant('conversion' as const),
  version: fc.constant('2026-11'),
  kind: fc.constant('learned' as const),
  target: fc.constant('for a spec'),
  features: fc.constant(NAMES),
  intercept: logit,
  shapes: fc.array(shape, { minLength: NAMES.length, maxLength: NAMES.length }),
  pairs: fc.array(pair, { maxLength: 3 }),
  calibration,
});

/** A small model that is the same every time. */
export function someLearned(change: Partial<LearnedModel> = {}): LearnedModel {
  return {
    name: 'conversion',
    version: '2026-11',
    kind: 'learned',
    target: 'for a spec',
    features: NAMES,
    intercept: -2.5,
    shapes: NAMES.map((_, index) => ({ edges: [0, 1.5, 7], logits: [0.01, -0.2, 0, 0.1, 0.05 * index] })),
    pairs: [{ features: [0, 3], edges: [[0], [1, 2]], logits: [0, 0.1, 0.2, 0.3, -0.1, 0, 0, 0.05, 0.1, 0, 0, 0.7] }],
    calibration: {
      knots: [
        { sum: -3, calibrated: -2.8, low: -3.1, high: -2.5 },
        { sum: 0, calibrated: -0.5, low: -0.9, high: 0 },
      ],
    },
    ...change,
  };
}

import { describe, expect, it } from '@jest/globals';
import { checkLearned } from './check-learned.ts';
import { NAMES, someLearned } from './learned.for-spec.ts';
import type { CalibrationKnot, LearnedModel, PairShape, StepShape } from './learned.ts';
import { toOnnx } from './to-onnx.ts';
import { twinOf } from './twin.ts';

const good = someLearned();

function firstShape(shape: Partial<StepShape>): LearnedModel {
  return someLearned({ shapes: good.shapes.map((one, index) => (index === 0 ? { ...one, ...shape } : one)) });
}

function pair(change: Partial<PairShape>): LearnedModel {
  return someLearned({ pairs: good.pairs.map((one) => ({ ...one, ...change })) });
}

function lastKnot(change: Partial<CalibrationKnot>): LearnedModel {
  const { knots } = good.calibration;
  return someLearned({ calibration: { knots: knots.map((knot, at) => (at === 1 ? { ...knot, ...change } : knot)) } });
}

const [first = '', , , fourth = ''] = NAMES;

describe('a learned model that cannot be served', () => {
  it.each<[string, LearnedModel, string]>([
    ['without features', someLearned({ features: [], shapes: [], pairs: [] }), 'features: none'],
    ['with a feature twice', someLearned({ features: NAMES.map(() => 'age') }), 'features: one is named twice'],
    ['with too few shapes', someLearned({ shapes: good.shapes.slice(1) }), 'shapes: '],
    ['whose intercept is no number', someLearned({ intercept: Number.NaN }), 'intercept: not finite'],
    ['with equal edges', firstShape({ edges: [0, 0, 7] }), `${first}: edges must rise, 0 stands before 0`],
    ['with falling edges', firstShape({ edges: [0, 7, 1] }), `${first}: edges must rise, 7 stands before 1`],
    ['with an edge at NaN', firstShape({ edges: [0, Number.NaN, 7] }), `${first}: an edge is not finite`],
    ['with an infinite edge', firstShape({ edges: [0, 1, Infinity] }), `${first}: an edge is not finite`],
    ['with a short table', firstShape({ logits: [0, 0, 0] }), `${first}: 3 values for 5 bins`],
    ['with a value at NaN', firstShape({ logits: [0, 0, 0, 0, Number.NaN] }), `${first}: a value is not finite`],
    ['with a short pair', pair({ logits: [0] }), `${first} × ${fourth}: 1 values for 12 bins`],
    ['with a pair of unknown features', pair({ features: [0, 999] }), `${first} × ?: 0 and 999`],
    ['with a pair of one feature', pair({ features: [3, 3] }), `${fourth} × ${fourth}: 3 and 3`],
    ['with falling edges in a pair', pair({ edges: [[0], [2, 1]] }), `${first} × ${fourth}: edges must rise`],
    ['with knots that do not rise', lastKnot({ sum: -3 }), 'calibration: knots must rise'],
    ['with a knot outside its range', lastKnot({ low: 1, high: 2 }), 'calibration: -0.5 does not lie between 1 and 2'],
    ['with an infinite knot', lastKnot({ high: Infinity }), 'calibration: a knot is not finite'],
  ])('%s: is refused by name, by whatever would serve it', (_, model, why) => {
    for (const serve of [checkLearned, toOnnx, twinOf]) expect(() => serve(model)).toThrow(`conversion.${why}`);
  });

  it('is told from one that can', () => {
    expect(() => {
      checkLearned(good);
    }).not.toThrow();
  });
});

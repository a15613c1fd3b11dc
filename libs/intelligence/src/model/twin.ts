import { type AdditiveModel, type Ramps, rampsOf } from './additive.ts';
import { binOf, binsOf } from './bins.ts';
import { type Calibrated, calibrationOf } from './calibration.ts';
import { checkLearned } from './check-learned.ts';
import { type Decision, type DecisionFrame, Decisions } from './decisions.ts';
import { type LearnedModel, termsOf } from './learned.ts';
import { FEATURES } from '../features/table.ts';

export type Model = AdditiveModel | LearnedModel;

/** Writes what the features and pairs of one row contribute, in the order of the terms. */
type Parts = (features: Float64Array, from: number, out: Float64Array, at: number) => void;

/** A model evaluated in TypeScript: it gives the bits of its ONNX file, operation by operation. */
export interface Twin extends DecisionFrame {
  /** Names of the inputs, in their order. */
  readonly features: readonly string[];
  /**
   * Decides on row `from` of `features` and writes into row `at` of `into`.
   * @param shift What the tenant differs by, in log-odds.
   */
  decideInto(features: Float64Array, from: number, shift: number, into: Decisions, at: number): void;
  /** Decides on one row of features. */
  decide(row: Float64Array, shift?: number): Decision;
}

/** @throws RangeError naming what about the model cannot be evaluated. */
export function twinOf(model: Model): Twin {
  const features = featuresOfModel(model);
  // -0 as 0: a file of numbers in words cannot tell them apart.
  const frame: DecisionFrame = { intercept: model.intercept + 0, terms: termsOfModel(model) };
  const parts = model.kind === 'learned' ? stepParts(model) : rampParts(rampsOf(model));
  const calibrate = calibrationOf(model.kind === 'learned' ? model.calibration : { knots: [] });
  const calibrated: Calibrated = { correction: 0, low: 0, high: 0 };
  const width = features.length;
  const terms = frame.terms.length;

  const decideInto: Twin['decideInto'] = (rows, from, shift, into, at) => {
    const first = at * terms;
    const end = first + terms - 2;
    const { contributions } = into;
    parts(rows, from * width, contributions, first);
    let sum = frame.intercept;
    for (let term = first; term < end; term += 1) sum += contributions[term] ?? 0;
    calibrate(sum, calibrated);
    contributions[end] = calibrated.correction;
    contributions[end + 1] = shift;
    const logit = sum + calibrated.correction + shift;
    into.logits[at] = logit;
    into.ranges[at * 2] = logit + calibrated.low;
    into.ranges[at * 2 + 1] = logit + calibrated.high;
  };
  return {
    ...frame,
    features,
    decideInto,
    decide: (row, shift = 0) => {
      const one = new Decisions(frame, 1);
      decideInto(row, 0, shift, one, 0);
      return one.at(0);
    },
  };
}

/** Names of the inputs of a model, in their order. */
export function featuresOfModel(model: Model): readonly string[] {
  return model.kind === 'learned' ? model.features : FEATURES.map(({ name }) => name);
}

/** Of every contribution of a model, in order. */
export function termsOfModel(model: Model): readonly string[] {
  return termsOf({ features: featuresOfModel(model), pairs: model.kind === 'learned' ? model.pairs : [] });
}

function rampParts({ layers, missing }: Ramps): Parts {
  return (features, from, out, at) => {
    for (const [feature, whenMissing] of missing.entries()) {
      const x = features[from + feature] ?? Number.NaN;
      let sum = 0;
      for (const ramps of layers) {
        const ramp = ramps[feature];
        if (ramp !== undefined) sum += ramp.slope * Math.min(Math.max(x - ramp.origin, ramp.low), ramp.high);
      }
      out[at + feature] = Number.isNaN(x) ? whenMissing : sum;
    }
  };
}

function stepParts(model: LearnedModel): Parts {
  checkLearned(model);
  const shapes = model.shapes.map(({ edges, logits }) => ({ edges: array(edges), logits: array(logits) }));
  const pairs = model.pairs.map(({ features: [first, second], edges, logits }) => ({
    first,
    second,
    rows: array(edges[0]),
    columns: array(edges[1]),
    logits: array(logits),
  }));
  return (features, from, out, at) => {
    let term = at;
    for (const [feature, { edges, logits }] of shapes.entries()) {
      out[term] = logits[binOf(edges, features[from + feature] ?? Number.NaN)] ?? 0;
      term += 1;
    }
    for (const { first, second, rows, columns, logits } of pairs) {
      const row = binOf(rows, features[from + first] ?? Number.NaN);
      const column = binOf(columns, features[from + second] ?? Number.NaN);
      out[term] = logits[row * binsOf(columns) + column] ?? 0;
      term += 1;
    }
  };
}

/** -0 becomes 0, as the sum does that the runtime forms of one leaf. */
function array(values: readonly number[]): Float64Array {
  return Float64Array.from(values, (value) => value + 0);
}

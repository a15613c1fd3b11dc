import type { ModelName } from './additive.ts';

/**
 * An additive model that was learned: logit = calibration(intercept + one value per feature + one per pair) + what the
 * tenant differs by. It is what a model's folder holds beside the ONNX file, and what the trainer gives.
 */
export interface LearnedModel {
  readonly name: ModelName;
  readonly version: string;
  readonly kind: 'learned';
  /** What the odds are odds of. */
  readonly target: string;
  /** Names of the inputs, in their order. */
  readonly features: readonly string[];
  readonly intercept: number;
  /** One per feature, in their order; a feature without a part in it has no edges and only zeros. */
  readonly shapes: readonly StepShape[];
  readonly pairs: readonly PairShape[];
  readonly calibration: Calibration;
}

/** Log-odds by the bin of a value: bin 0 is missing, bin 1 + i holds values with exactly i edges not above them. */
export interface StepShape {
  /** Ascending. */
  readonly edges: readonly number[];
  /** One per bin: `edges.length + 2`. */
  readonly logits: readonly number[];
}

/** Log-odds by the bins of two values; bins as in `StepShape`. */
export interface PairShape {
  /** Indexes into the features. */
  readonly features: readonly [number, number];
  readonly edges: readonly [readonly number[], readonly number[]];
  /** Row by row: `first * (edges[1].length + 2) + second`. */
  readonly logits: readonly number[];
}

/**
 * From the sum of the shapes to log-odds that hold on a later slice: straight lines between knots, both outer ones
 * going on with slope 1. Without knots, or where it changes nothing, the sum stays as it is.
 */
export interface Calibration {
  readonly knots: readonly CalibrationKnot[];
}

/** All are log-odds; `low` and `high` bound what the later slice allows for leads with this sum (80 in 100). */
export interface CalibrationKnot {
  readonly sum: number;
  readonly calibrated: number;
  readonly low: number;
  readonly high: number;
}

/** Of every contribution, in order: the features, the pairs as `a × b`, then `calibration` and `tenant`. */
export function termsOf({ features, pairs }: Pick<LearnedModel, 'features' | 'pairs'>): readonly string[] {
  const pairNames = pairs.map(
    ({ features: [first, second] }) => `${features[first] ?? '?'} × ${features[second] ?? '?'}`,
  );
  return [...features, ...pairNames, 'calibration', 'tenant'];
}

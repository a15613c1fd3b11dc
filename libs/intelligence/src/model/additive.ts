import { FEATURES, type FeatureName } from '../features/table.ts';

/** What can be told of a lead: two things always, and what whoever fills the third slot wants told. */
export type ModelName = 'conversion' | 'goingCold' | 'match';
/** Those that this build brings a prior for. */
export type PriorName = Exclude<ModelName, 'match'>;
export type ModelKind = 'prior' | 'learned';

/**
 * How one feature moves the log-odds: straight lines between knots, flat outside them, and 0 at `neutral`, which is
 * one of the knots. So every contribution reads as "against an ordinary lead".
 */
export interface Shape {
  readonly neutral: number;
  /** `[value of the feature, log-odds]`, by rising value. */
  readonly knots: readonly (readonly [number, number])[];
  /** Log-odds where the feature is missing. */
  readonly missing: number;
  /** Why it has this shape, and where that was seen. */
  readonly reason: string;
}

/** logit = intercept + the sum of one shape per feature. A feature without a shape contributes 0. */
export interface AdditiveModel {
  readonly name: PriorName;
  readonly version: string;
  readonly kind: 'prior';
  /** What the odds are odds of. */
  readonly target: string;
  readonly intercept: number;
  readonly shapes: { readonly [name in FeatureName]?: Shape };
}

/** One straight piece of a shape: `slope * clamp(x - origin, low, high)`, which is exactly 0 at the neutral value. */
export interface Ramp {
  readonly origin: number;
  readonly low: number;
  readonly high: number;
  readonly slope: number;
}

const FLAT: Ramp = { origin: 0, low: 0, high: 0, slope: 0 };

/** A model in the form in which it is evaluated: the same number of ramps for every feature, in one order. */
export interface Ramps {
  readonly intercept: number;
  /** `layers[i][f]`: ramp i of feature f. */
  readonly layers: readonly (readonly Ramp[])[];
  readonly missing: readonly number[];
}

/** @throws RangeError naming the shape whose knots do not rise or that is not 0 at its neutral value. */
export function rampsOf(model: AdditiveModel): Ramps {
  const ofFeature = FEATURES.map(({ name }) => {
    const shape = model.shapes[name];
    return shape === undefined ? [] : rampsOfShape(`${model.name}.${name}`, shape);
  });
  const depth = Math.max(1, ...ofFeature.map((ramps) => ramps.length));
  return {
    intercept: model.intercept,
    layers: Array.from({ length: depth }, (_, layer) => ofFeature.map((ramps) => ramps[layer] ?? FLAT)),
    missing: FEATURES.map(({ name }) => model.shapes[name]?.missing ?? 0),
  };
}

function rampsOfShape(name: string, { knots, neutral }: Shape): readonly Ramp[] {
  if (!knots.some(([x, y]) => x === neutral && y === 0)) throw new RangeError(`${name}: no knot at (${neutral}, 0)`);
  return knots.slice(1).map(([right, above], index) => {
    const [left, below] = knots[index] ?? [right, above];
    if (!(left < right)) throw new RangeError(`${name}: knots must rise, ${left} stands before ${right}`);
    const slope = (above - below) / (right - left);
    return right <= neutral
      ? { origin: right, low: left - right, high: 0, slope }
      : { origin: left, low: 0, high: right - left, slope };
  });
}

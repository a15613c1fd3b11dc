import { Random } from '@hub/brokerage';
import {
  FEATURES,
  featuresAt,
  type LeadState,
  type LearnedModel,
  type PairShape,
  type StepShape,
} from '@hub/intelligence';
import { NOW_MS } from './leads.ts';

/** What is usual: every feature in 64 bins, five pairs in 16 by 16, a calibration of 12 knots. */
const EDGES = 62;
const PAIRS = 5;
const PAIR_EDGES = 14;
const KNOTS = 12;

/** A model of the size and form that training gives, over edges within what these leads have; its odds mean nothing. */
export function learnedLike(name: LearnedModel['name'], leads: readonly LeadState[]): LearnedModel {
  const random = new Random(name);
  const rows = leads.map((state) => featuresAt(state, NOW_MS));
  const edgesOf = (feature: number, count: number): readonly number[] => {
    const values = rows.map((row) => row[feature] ?? Number.NaN).filter((value) => !Number.isNaN(value));
    const [low, high] = values.length === 0 ? [0, 1] : [Math.min(...values), Math.max(...values)];
    return Array.from({ length: count }, (_, edge) => low + ((high - low || 1) * (edge + 0.5)) / count);
  };
  return {
    name,
    version: 'bench',
    kind: 'learned',
    target: 'nothing: made up for a bench',
    features: FEATURES.map((feature) => feature.name),
    intercept: -2.5,
    shapes: FEATURES.map((_, feature) => shapeOf(edgesOf(feature, EDGES), random)),
    pairs: Array.from({ length: PAIRS }, (_, pair) =>
      pairOf([pair, pair + 9], [edgesOf(pair, PAIR_EDGES), edgesOf(pair + 9, PAIR_EDGES)], random),
    ),
    calibration: {
      knots: Array.from({ length: KNOTS }, (_, knot) => {
        const [sum, calibrated] = [knot - 8, knot * 0.8 - 7];
        return { sum, calibrated, low: calibrated - 0.3, high: calibrated + 0.4 };
      }),
    },
  };
}

function shapeOf(edges: readonly number[], random: Random): StepShape {
  const logits = Array.from({ length: edges.length + 2 }, () => random.between(-0.2, 0.2));
  return { edges, logits };
}

function pairOf(features: PairShape['features'], edges: PairShape['edges'], random: Random): PairShape {
  const cells = edges.reduce((product, { length }) => product * (length + 2), 1);
  return { features, edges, logits: Array.from({ length: cells }, () => random.between(-0.05, 0.05)) };
}

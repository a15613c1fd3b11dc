import { createHash } from 'node:crypto';
import {
  CONVERSION_DAYS,
  type LabelledModel,
  LABELS,
  type LearnedModel,
  type Measured,
  PRIORS,
  twinOf,
} from '@hub/intelligence';
import {
  calibrate,
  joined,
  logisticLogits,
  logitsOf,
  metricsWithIntervals,
  oddsOf,
  type Trained,
  train,
  type TrainingOptions,
  type TrainingProgress,
  type TrainingTable,
  trainLogistic,
  calibratedLogit,
} from '@hub/intelligence/training';
import { type Slices, slicesOf } from './slices.ts';

const DAY_MS = 86_400_000;
/**
 * From a row to its outcome. Going cold: we reach out, and then they are silent, for up to 21 days each; windows of 60 and
 * 180 days belong to leads known for over a year and to past clients, who are few.
 */
const HORIZON_DAYS: Readonly<Record<LabelledModel, number>> = { conversion: CONVERSION_DAYS, goingCold: 42 };
const DRAWS = 400;

export interface LearnOptions {
  readonly seed: number;
  readonly threads: number;
  /** Overrides the trainer's defaults. */
  readonly training?: Partial<TrainingOptions>;
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/** Odds of every row of a table, by who gives them. */
export interface Odds {
  readonly model: Float64Array;
  readonly logistic: Float64Array;
  /** As shipped, learned from nothing. */
  readonly prior: Float64Array;
}

/** A model that was learned, and how well it did on the slice that is latest in time. */
export interface Learned {
  readonly model: LearnedModel;
  readonly trained: Trained;
  readonly slices: Slices;
  readonly metrics: Readonly<Record<keyof Odds, Measured>>;
  readonly testOdds: Odds;
  /** The same three on any other rows. */
  oddsOf(table: TrainingTable): Odds;
}

/**
 * Learns one model and its challenger, forward in time. The version is a hash of what was learned: the same data, options
 * and seed give the same.
 * @throws RangeError when the table cannot be split or learned from.
 */
export async function learnModel(
  name: LabelledModel,
  table: TrainingTable,
  { seed, threads, training = {}, onProgress, signal }: LearnOptions,
): Promise<Learned> {
  const slices = slicesOf(table, HORIZON_DAYS[name] * DAY_MS);
  const trained = await train(
    { fit: slices.train, later: slices.stop, calibrate: slices.calibrate },
    { ...training, seed, threads },
    { ...(onProgress && { onProgress }), ...(signal && { signal }) },
  );
  const model = modelOf(name, trained);

  const line = trainLogistic(joined(slices.train, slices.stop));
  const { labels, groups } = slices.calibrate;
  const { calibration } = calibrate(logisticLogits(line, slices.calibrate), labels, groups, seed);
  const odds = (of: TrainingTable): Odds => ({
    model: logitsOf(model, of).calibrated.map(oddsOf),
    logistic: logisticLogits(line, of).map((logit) => oddsOf(calibratedLogit(calibration, logit))),
    prior: priorOdds(name, of),
  });
  const testOdds = odds(slices.test);
  const measured = (of: Float64Array): Measured =>
    metricsWithIntervals(slices.test.labels, of, slices.test.groups, { seed, draws: DRAWS });
  const metrics = {
    model: measured(testOdds.model),
    logistic: measured(testOdds.logistic),
    prior: measured(testOdds.prior),
  };
  return { model, trained, slices, metrics, testOdds, oddsOf: odds };
}

function modelOf(name: LabelledModel, { features, intercept, shapes, pairs, calibration }: Trained): LearnedModel {
  const content = { features, intercept, shapes, pairs, calibration };
  const version = createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12);
  return { name, version, kind: 'learned', target: LABELS[name].target, ...content };
}

function priorOdds(name: LabelledModel, { columns, labels }: TrainingTable): Float64Array {
  const prior = twinOf(PRIORS[name]);
  const row = new Float64Array(columns.length);
  return Float64Array.from(labels, (_, at) => {
    columns.forEach(({ values }, column) => {
      row[column] = values[at] ?? Number.NaN;
    });
    return oddsOf(prior.decide(row).logit);
  });
}

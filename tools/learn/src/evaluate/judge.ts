import {
  joined,
  logisticLogits,
  logitsOf,
  oddsOf,
  recalibrateOverTime,
  rowsOf,
  train,
  trainLogistic,
  type Trained,
  type TrainingOptions,
  type TrainingRun,
  type TrainingTable,
} from '@hub/intelligence/training';
import { foldsOf } from './folds.ts';
import type { Folds, Forward, Protocol } from './sets/data-set.ts';

const FOLD_SEED = 1;

/** What models said of rows that they had not learned from. */
export interface Judged {
  readonly labels: Uint8Array;
  readonly groups: Int32Array;
  /** Odds from the learned model, one per row. */
  readonly learned: Float64Array;
  /** Odds from the logistic challenger. */
  readonly logistic: Float64Array;
  /** Odds from the learned model, mended month by month by what was known; null where the base rate does not move. */
  readonly mended: Float64Array | null;
  readonly models: readonly Trained[];
}

/** Learns as the protocol says, the challenger beside it. */
export async function judge(protocol: Protocol, options: Partial<TrainingOptions>, run: TrainingRun): Promise<Judged> {
  if (protocol.kind === 'forward') return judgeForward(protocol, options, run);
  return judgeFolds(protocol, options, run);
}

async function judgeForward(
  { train: fit, test, isMended }: Forward,
  options: Partial<TrainingOptions>,
  run: TrainingRun,
): Promise<Judged> {
  const judged = await judgeOn(fit, test, options, run);
  const [model] = judged.models;
  if (!isMended || model === undefined) return judged;
  return { ...judged, mended: mendedOdds(model, fit, test) };
}

/** What became of a row is known at its own time: where that is later, a set must not ask for mended odds. */
function mendedOdds(model: Trained, fit: TrainingTable, test: TrainingTable): Float64Array {
  const { labels, atMs } = joined(fit, test);
  const logits = [fit, test].flatMap((table) => [...logitsOf(model, table).calibrated]);
  const mended = recalibrateOverTime({ logits, labels, atMs, knownAtMs: atMs }).logits;
  return mended.subarray(fit.labels.length).map(oddsOf);
}

async function judgeFolds(
  { table, folds }: Folds,
  options: Partial<TrainingOptions>,
  run: TrainingRun,
): Promise<Judged> {
  const [learned, logistic] = [new Float64Array(table.labels.length), new Float64Array(table.labels.length)];
  const models: Trained[] = [];
  for (const { inside, outside } of foldsOf(table.labels, folds, FOLD_SEED)) {
    const judged = await judgeOn(rowsOf(table, outside), rowsOf(table, inside), options, run);
    models.push(...judged.models);
    for (const [at, row] of inside.entries()) {
      learned[row] = judged.learned[at] ?? Number.NaN;
      logistic[row] = judged.logistic[at] ?? Number.NaN;
    }
  }
  return { labels: table.labels, groups: table.groups, learned, logistic, mended: null, models };
}

async function judgeOn(
  fit: TrainingTable,
  test: TrainingTable,
  options: Partial<TrainingOptions>,
  run: TrainingRun,
): Promise<Judged> {
  const model = await train({ fit, later: null, calibrate: null }, options, run);
  const { calibrated } = logitsOf(model, test);
  return {
    labels: test.labels,
    groups: test.groups,
    learned: calibrated.map(oddsOf),
    logistic: logisticLogits(trainLogistic(fit), test).map(oddsOf),
    mended: null,
    models: [model],
  };
}

import type { LearnedModel } from '../model/learned.ts';
import { averageOf, type BinnedModel, centred, pairShapeOf, stepShapeOf } from './assemble.ts';
import type { BagRows, BagShapes, Pair } from './bag.ts';
import { type BinnedTable, binned } from './binned-table.ts';
import { type Calibrated, calibrate } from './calibrate.ts';
import { type Crew, crewOf } from './crew.ts';
import { logitsOf } from './logits.ts';
import { checkOptions, DEFAULTS, type TrainingOptions } from './options.ts';
import { type PairVerdict, verdictOn } from './pair-choice.ts';
import { purified } from './purify.ts';
import { seededRandom, seedOf } from './random.ts';
import { checkTable, joined } from './tables.ts';
import type { TrainingTable } from './training-table.ts';

export interface TrainingParts {
  readonly fit: TrainingTable;
  /**
   * Rows that lie after `fit` in time: on them it is decided how long to boost and which pairs enter. Null: each bag holds out leads
   * of `fit` by chance for that, where there is no time.
   */
  readonly later: TrainingTable | null;
  /** Rows that lie after both, for the calibration. Null: the odds stay as the shapes have them. */
  readonly calibrate: TrainingTable | null;
}

/** How far training is. */
export interface TrainingProgress {
  readonly stage: 'shapes' | 'pairs';
  readonly bag: number;
  readonly round: number;
  /** Mean log loss on the rows the bag is not boosted on. */
  readonly loss: number;
}

export interface TrainingRun {
  readonly onProgress?: (progress: TrainingProgress) => void;
  readonly signal?: AbortSignal;
}

/** A learned model without its name, and how it came about. */
export interface Trained extends Pick<LearnedModel, 'features' | 'intercept' | 'shapes' | 'pairs' | 'calibration'> {
  /** How the calibration was chosen; null without a slice for it. */
  readonly calibrated: Omit<Calibrated, 'calibration'> | null;
  readonly bags: readonly TrainedBag[];
  /** In the order in which they were tried. */
  readonly tried: readonly (PairVerdict & { readonly names: readonly [string, string] })[];
}

export interface TrainedBag {
  readonly rounds: number;
  readonly pairRounds: number;
  /** Mean log loss on the rows the bag was not boosted on: of the base rate alone, of the shapes, and with pairs. */
  readonly losses: { readonly base: number; readonly shapes: number; readonly pairs: number };
}

/**
 * Learns an additive model: shapes of single columns by cyclic gradient boosting, then pairs that prove themselves, over several
 * bags whose mean it is. The same parts, options and seed give the same bits, whatever the number of threads.
 * @throws RangeError when a table or an option makes no sense or `fit` has one kind of label only; the reason of `signal` when it aborts.
 */
export async function train(
  parts: TrainingParts,
  options: Partial<TrainingOptions> = {},
  run: TrainingRun = {},
): Promise<Trained> {
  const all = { ...DEFAULTS, ...options };
  checkOptions(all);
  for (const table of Object.values(parts)) if (table !== null) checkTable(table);
  const uncalibrated = await learned(parts, all, run);
  if (parts.calibrate === null) return { ...uncalibrated, calibrated: null };
  const { labels, groups } = parts.calibrate;
  const { calibration, ...calibrated } = calibrate(
    logitsOf(uncalibrated, parts.calibrate).raw,
    labels,
    groups,
    all.seed,
  );
  return { ...uncalibrated, calibration, calibrated };
}

type Uncalibrated = Omit<Trained, 'calibrated'>;

async function learned({ fit, later }: TrainingParts, all: TrainingOptions, run: TrainingRun): Promise<Uncalibrated> {
  const table = later === null ? fit : joined(fit, later);
  const isMixed = fit.labels.includes(0) && fit.labels.includes(1);
  if (!isMixed) throw new RangeError('there is nothing to learn where all labels are the same');
  const rows = fit.labels.length;
  const bins = binned(table, rows, all, all.classWeights);
  const bags = bagsOf(table.groups, rows, table.labels.length, all);
  let stage: TrainingProgress['stage'] = 'shapes';
  const crew = crewOf(
    { table: bins, rules: all, bags },
    all.threads,
    (bag, round, loss) => run.onProgress?.({ stage, bag, round, loss }),
    run.signal,
  );
  try {
    const shapes = await crew.all('shapes', []);
    stage = 'pairs';
    const pairs = await chosenPairs(crew, bins, bags, table.groups, all);
    return trainedOf(bins, all, shapes, pairs);
  } finally {
    await crew.close();
  }
}

type Part = 'fit' | 'left out' | 'unused';

/** Leads that a bag leaves out are watched where there is no later slice. */
function bagsOf(
  groups: Int32Array,
  rows: number,
  all: number,
  { bags, leftOut, bagRows, seed }: TrainingOptions,
): readonly BagRows[] {
  const later = Uint32Array.from({ length: all - rows }, (_, at) => rows + at);
  const used = Math.min(1, bagRows / rows);
  return Array.from({ length: bags }, (_, bag) => {
    const random = seededRandom(seedOf(seed, bag));
    const draw = (): Part => {
      const place = random();
      if (place >= used) return 'unused';
      return place < used * leftOut ? 'left out' : 'fit';
    };
    const drawn = new Map<number, Part>();
    const of: { [part in Part]: number[] } = { fit: [], 'left out': [], unused: [] };
    for (let row = 0; row < rows; row += 1) {
      const lead = groups[row] ?? row;
      const part = drawn.get(lead) ?? draw();
      drawn.set(lead, part);
      of[part].push(row);
    }
    return { fit: Uint32Array.from(of.fit), watched: later.length > 0 ? later : Uint32Array.from(of['left out']) };
  });
}

interface ChosenPairs {
  readonly kept: readonly Pair[];
  readonly verdicts: readonly PairVerdict[];
  readonly bags: readonly { shapes: readonly Float64Array[]; rounds: number; loss: number }[];
}

async function chosenPairs(
  crew: Crew,
  { columns }: BinnedTable,
  bags: readonly BagRows[],
  groups: Int32Array,
  { pairs: most, pairEvidence }: TrainingOptions,
): Promise<ChosenPairs> {
  const free = columns.flatMap(({ monotone }, at) => (monotone === 0 ? [at] : []));
  const possible = free.flatMap((first, at) => free.slice(at + 1).map((second): Pair => [first, second]));
  if (most === 0 || possible.length === 0) return { kept: [], verdicts: [], bags: [] };
  const gains = await crew.all('gains', possible);
  const total = possible.map((pair, at) => ({ pair, gain: gains.reduce((sum, of) => sum + (of[at] ?? 0), 0) }));
  const candidates = total
    .filter(({ gain }) => gain > 0)
    .toSorted((a, b) => b.gain - a.gain)
    .slice(0, most)
    .map(({ pair }) => pair);
  const trials = await crew.all('trials', candidates);
  const verdicts = candidates.map((pair, at) =>
    verdictOn(
      {
        pair,
        bags: bags.map(({ watched }, bag) => ({
          rows: watched,
          helps: trials[bag]?.[at]?.helps ?? new Float64Array(),
        })),
      },
      groups,
      pairEvidence,
    ),
  );
  return besideOthers(crew, verdicts, bags, groups);
}

/** Pairs that help alone may tell the same: those that add nothing beside the others go, until none is left that does not. */
async function besideOthers(
  crew: Crew,
  verdicts: readonly PairVerdict[],
  bags: readonly BagRows[],
  groups: Int32Array,
): Promise<ChosenPairs> {
  let sofar = verdicts;
  for (;;) {
    const kept = sofar.flatMap(({ pair, verdict }) => (verdict === 'kept' ? [pair] : []));
    if (kept.length === 0) return { kept, verdicts: sofar, bags: [] };
    const joint = await crew.all('pairs', kept);
    const still = kept.map((pair, at) =>
      verdictOn(
        {
          pair,
          bags: bags.map(({ watched }, bag) => ({ rows: watched, helps: joint[bag]?.helps[at] ?? new Float64Array() })),
        },
        groups,
        0,
      ),
    );
    const idle = new Set(still.filter(({ verdict }) => verdict !== 'kept').map(({ pair }) => pair));
    if (idle.size === 0) return { kept, verdicts: sofar, bags: joint };
    sofar = sofar.map((one) => (idle.has(one.pair) ? { ...one, verdict: 'adds nothing beside the others' } : one));
  }
}

function trainedOf(
  { columns }: BinnedTable,
  { classWeights }: TrainingOptions,
  bags: readonly BagShapes[],
  { kept, verdicts, bags: pairBags }: ChosenPairs,
): Uncalibrated {
  const models = bags.map(({ intercept, shapes }, bag): BinnedModel => ({
    intercept,
    shapes,
    pairs: kept.map((pair, at) => ({ pair, cells: pairBags[bag]?.shapes[at] ?? new Float64Array() })),
  }));
  const { intercept, shapes, pairs } = centred(purified(averageOf(models), columns), columns);
  const nameOf = (at: number) => columns[at]?.name ?? '';
  return {
    features: columns.map(({ name }) => name),
    // Weights shift all log-odds by the logarithm of their ratio; odds are of leads as they come.
    intercept: intercept - Math.log(classWeights.positive / classWeights.negative),
    shapes: columns.map((column, at) => stepShapeOf(column, shapes[at] ?? new Float64Array())),
    pairs: pairs.map((pair) => pairShapeOf(columns, pair)),
    calibration: { knots: [] },
    bags: bags.map(({ rounds, lossBefore, loss }, bag) => ({
      rounds,
      pairRounds: pairBags[bag]?.rounds ?? 0,
      losses: { base: lossBefore, shapes: loss, pairs: pairBags[bag]?.loss ?? loss },
    })),
    tried: verdicts.map((verdict) => ({ ...verdict, names: [nameOf(verdict.pair[0]), nameOf(verdict.pair[1])] })),
  };
}

import {
  type CalibrationBin,
  FEATURE_VERSION,
  LABEL_VERSION,
  type LabelledModel,
  LABELS,
  type NewModelFolder,
} from '@hub/intelligence';
import { DEFAULTS, type TrainingOptions } from '@hub/intelligence/training';
import type { Learned, LearnOptions } from './learn-model.ts';
import { sliceOf } from './slices.ts';
import type { Read } from './training-set.ts';

export interface Circumstances {
  /** Where the events came from. */
  readonly source: string;
  readonly read: Read;
  readonly leftOut: Readonly<Record<string, number>>;
  readonly fairness: NewModelFolder['manifest']['fairness'];
  readonly warnings: readonly string[];
  readonly codeVersion: string;
  readonly nowMs: number;
}

/** What a run has to say about the model that came of it. */
export function manifestOf(
  name: LabelledModel,
  { model, trained, slices, metrics, testOdds }: Learned,
  { seed, training = {} }: LearnOptions,
  { source, read, leftOut, fairness, warnings, codeVersion, nowMs }: Circumstances,
): NewModelFolder['manifest'] {
  const { target, definition } = LABELS[name];
  const all = Object.values(slices).map(sliceOf);
  return {
    format: 1,
    name,
    version: model.version,
    createdAt: new Date(nowMs).toISOString(),
    codeVersion,
    features: [...model.features],
    featureVersion: FEATURE_VERSION,
    label: { version: LABEL_VERSION, target, definition },
    data: {
      source,
      from: new Date(read.fromMs).toISOString(),
      until: new Date(read.untilMs).toISOString(),
      tenants: read.tenants,
      leads: read.leads,
      events: read.events,
      rows: all.reduce((sum, { rows }) => sum + rows, 0),
      positives: all.reduce((sum, { positives }) => sum + positives, 0),
      leftOut: { ...leftOut },
      slices: {
        train: sliceOf(slices.train),
        stop: sliceOf(slices.stop),
        calibrate: sliceOf(slices.calibrate),
        test: sliceOf(slices.test),
      },
    },
    training: {
      seed,
      rounds: Math.max(...trained.bags.map(({ rounds }) => rounds)),
      options: plainOf({ ...DEFAULTS, ...training }),
    },
    metrics,
    calibration: {
      method: trained.calibrated?.method ?? 'none',
      knots: model.calibration.knots.length,
      table: calibrationTable(slices.test.labels, testOdds.model),
    },
    fairness,
    warnings: [...warnings],
  };
}

function plainOf(options: TrainingOptions): Record<string, number | boolean> {
  const plain = Object.entries(options).filter(
    (entry): entry is [string, number | boolean] => typeof entry[1] === 'number' || typeof entry[1] === 'boolean',
  );
  return Object.fromEntries(plain.filter(([name]) => !CHANGES_NO_BIT.includes(name)));
}

const CHANGES_NO_BIT: readonly string[] = ['threads'];

const BINS = 10;

/** Ten parts of equal size by rising odds. */
export function calibrationTable(labels: ArrayLike<number>, odds: Float64Array): CalibrationBin[] {
  const order = [...odds.keys()].toSorted((a, b) => (odds[a] ?? 0) - (odds[b] ?? 0));
  const bins = Array.from({ length: BINS }, (_, bin) =>
    order.slice(Math.round((bin * order.length) / BINS), Math.round(((bin + 1) * order.length) / BINS)),
  );
  return bins
    .filter((rows) => rows.length > 0)
    .map((rows) => ({
      rows: rows.length,
      predicted: mean(rows.map((row) => odds[row] ?? 0)),
      happened: mean(rows.map((row) => labels[row] ?? 0)),
    }));
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

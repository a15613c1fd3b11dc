import { type Metrics, type MetricsWithIntervals, metricsOf, metricsWithIntervals } from '@hub/intelligence/training';
import { eceByChance } from './ece-by-chance.ts';
import type { Judged } from './judge.ts';
import type { Protocol } from './sets/data-set.ts';

const BOOTSTRAP = { seed: 1, draws: 400 };

/** What the predictions of a task are worth. */
export interface Figures {
  readonly rows: number;
  readonly leads: number;
  readonly baseRate: number;
  readonly learned: MetricsWithIntervals;
  readonly logistic: MetricsWithIntervals;
  /** The calibration error that the learned model's odds would show if they held. */
  readonly eceByChance: number;
  /** Of odds mended month by month by what was known; null where the base rate does not move. */
  readonly mended: MetricsWithIntervals | null;
  /** By the age of the lead, ascending; empty where rows have none. */
  readonly byAge: readonly AgeFigures[];
}

export interface AgeFigures {
  readonly days: number;
  readonly rows: number;
  readonly baseRate: number;
  readonly learned: Metrics;
  readonly logistic: Metrics;
}

export function figuresOf({ labels, groups, learned, logistic, mended }: Judged, protocol: Protocol): Figures {
  const ages = protocol.kind === 'forward' ? protocol.ageDays : null;
  return {
    rows: labels.length,
    leads: groups.length === 0 ? labels.length : new Set(groups).size,
    baseRate: mean(labels),
    learned: metricsWithIntervals(labels, learned, groups, BOOTSTRAP),
    logistic: metricsWithIntervals(labels, logistic, groups, BOOTSTRAP),
    eceByChance: eceByChance(learned, groups, BOOTSTRAP.seed),
    mended: mended === null ? null : metricsWithIntervals(labels, mended, groups, BOOTSTRAP),
    byAge: ages === null ? [] : distinct(ages).map((days) => atAge(days, ages, { labels, learned, logistic })),
  };
}

function atAge(
  days: number,
  ages: Float64Array,
  { labels, learned, logistic }: Pick<Judged, 'labels' | 'learned' | 'logistic'>,
): AgeFigures {
  const isHere = (_: number, row: number): boolean => ages[row] === days;
  const here = labels.filter(isHere);
  return {
    days,
    rows: here.length,
    baseRate: mean(here),
    learned: metricsOf(here, learned.filter(isHere)),
    logistic: metricsOf(here, logistic.filter(isHere)),
  };
}

function distinct(values: Float64Array): readonly number[] {
  return [...new Set(values)].toSorted((a, b) => a - b);
}

function mean(values: Uint8Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import type { LabelledModel } from '@hub/intelligence';
import { type Estimate, metricsOf, metricsWithIntervals, type MetricsWithIntervals } from '@hub/intelligence/training';
import type { JudgedRow, TruthResult } from './truth-test.ts';

export type Judge = 'hidden' | 'model' | 'logistic' | 'prior';
export const JUDGES: readonly Judge[] = ['hidden', 'model', 'logistic', 'prior'];

const DRAWS = 400;
const BINS = 10;

/** How far odds are from what the world itself gives, over some rows. */
export interface Distance {
  readonly rows: number;
  /** Mean absolute distance, and mean of odds given less the world's. */
  readonly mean: number;
  readonly bias: number;
  /** Odds given against the world's, by tenths of those given: the calibration error that needs no luck of outcomes. */
  readonly calibration: number;
}

/** Some of the rows: how far odds are off there, and how well they rank; null where all outcomes are the same. */
export interface Part {
  readonly model: Distance;
  /** What would be shown without a model. */
  readonly prior: Distance;
  readonly auc: { readonly hidden: number; readonly model: number } | null;
}

/** What the truth test found out about one model. */
export interface TruthFigures {
  readonly rows: number;
  readonly positives: number;
  readonly metrics: Readonly<Record<Judge, MetricsWithIntervals>>;
  readonly distance: Readonly<Record<Exclude<Judge, 'hidden'>, Distance>>;
  readonly abstention: {
    /** Of all rows. */
    readonly share: number;
    /** How good odds are where odds are shown, and would be where none are; null where there are no such rows. */
    readonly shown: Part | null;
    readonly withheld: Part | null;
  };
  /** Standard deviation that the world's odds have by being counted from so many futures. */
  readonly hiddenError: number;
}

/** @throws RangeError when the rows hold one kind of outcome only. */
export function figuresOf({ rows: all, plan }: TruthResult, model: LabelledModel): TruthFigures {
  const rows = all[model];
  const labels = rows.map(({ label }) => label);
  const groups = rows.map(({ lead }) => lead);
  const metrics = (judge: Judge): MetricsWithIntervals =>
    metricsWithIntervals(
      labels,
      rows.map((row) => row[judge]),
      groups,
      { seed: plan.seed, draws: DRAWS },
    );
  const withheld = rows.filter(({ abstains }) => abstains);
  const shown = rows.filter(({ abstains }) => !abstains);
  const variance = mean(rows.map(({ hidden }) => (hidden * (1 - hidden)) / plan.futures));
  return {
    rows: rows.length,
    positives: labels.filter((label) => label === 1).length,
    metrics: {
      hidden: metrics('hidden'),
      model: metrics('model'),
      logistic: metrics('logistic'),
      prior: metrics('prior'),
    },
    distance: {
      model: distanceOf(rows, 'model'),
      logistic: distanceOf(rows, 'logistic'),
      prior: distanceOf(rows, 'prior'),
    },
    abstention: {
      share: withheld.length / rows.length,
      shown: partOf(shown),
      withheld: partOf(withheld),
    },
    hiddenError: Math.sqrt(variance),
  };
}

function partOf(rows: readonly JudgedRow[]): Part | null {
  if (rows.length === 0) return null;
  const labels = rows.map(({ label }) => label);
  const auc = (judge: Judge): number =>
    metricsOf(
      labels,
      rows.map((row) => row[judge]),
    ).auc;
  const ranks = new Set(labels).size === 2 ? { hidden: auc('hidden'), model: auc('model') } : null;
  return { model: distanceOf(rows, 'model'), prior: distanceOf(rows, 'prior'), auc: ranks };
}

export function distanceOf(rows: readonly JudgedRow[], judge: Exclude<Judge, 'hidden'>): Distance {
  const gaps = rows.map((row) => row[judge] - row.hidden);
  const sorted = rows.toSorted((a, b) => a[judge] - b[judge]);
  const bins = Array.from({ length: BINS }, (_, bin) =>
    sorted.slice(Math.round((bin * rows.length) / BINS), Math.round(((bin + 1) * rows.length) / BINS)),
  );
  const calibration = bins
    .filter((bin) => bin.length > 0)
    .reduce(
      (sum, bin) => sum + (bin.length / rows.length) * Math.abs(mean(bin.map((row) => row[judge] - row.hidden))),
      0,
    );
  return { rows: rows.length, mean: mean(gaps.map(Math.abs)), bias: mean(gaps), calibration };
}

/** Of the way from guessing to the best possible, how much was gone. */
export function shareOfBest(best: Estimate, reached: Estimate): number {
  return (reached.value - 0.5) / (best.value - 0.5);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

import { join } from 'node:path';
import type { LabelledModel } from '@hub/intelligence';
import type { Progress } from '../train/progress.ts';
import { type AllFigures, writeTruthReport } from './report.ts';
import { figuresOf, JUDGES } from './figures.ts';
import { type TruthPlan, truthTest } from './truth-test.ts';

const SIZES = {
  whole: { tenants: 6, leadsPerDay: 20, trainMonths: 6, testMonths: 2, judgedLeads: 260, futures: 100 },
  quick: { tenants: 3, leadsPerDay: 10, trainMonths: 5, testMonths: 1, judgedLeads: 40, futures: 25 },
} as const;
/** The world begins on a Monday; any other day would do. */
const START_MS = Date.UTC(2026, 0, 5);

export interface TruthRun {
  readonly quick: boolean;
  readonly seed: number;
  readonly threads: number;
  readonly folder: string;
  readonly signal: AbortSignal;
  readonly progress: Progress;
}

/** @returns Path of the report, and its figures. */
export async function runTruth(run: TruthRun): Promise<{ readonly page: string; readonly figures: AllFigures }> {
  const { quick, seed, threads, signal, folder, progress } = run;
  const plan: TruthPlan = { ...SIZES[quick ? 'quick' : 'whole'], startMs: START_MS, seed, threads, signal };
  const result = await truthTest(plan, progress);
  const figures = { conversion: figuresOf(result, 'conversion'), goingCold: figuresOf(result, 'goingCold') };
  return { page: await writeTruthReport(folder, result, figures), figures };
}

/** One line per model, for a terminal. */
export function summaryOf(figures: AllFigures): string {
  const line = (model: LabelledModel): string => {
    const { metrics, distance } = figures[model];
    const aucs = JUDGES.map((judge) => `${judge} ${metrics[judge].auc.value.toFixed(3)}`).join(', ');
    return `${model}: AUC ${aucs}; calibration error against hidden odds ${distance.model.calibration.toFixed(3)}`;
  };
  return `${line('conversion')}\n${line('goingCold')}\n`;
}

export function defaultFolder(root: string): string {
  return join(root, '.hub', 'truth');
}

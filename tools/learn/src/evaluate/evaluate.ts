import { performance } from 'node:perf_hooks';
import type { TrainingRun } from '@hub/intelligence/training';
import { type Figures, figuresOf } from './figures.ts';
import { type Judged, judge } from './judge.ts';
import type { Task } from './sets/data-set.ts';
import { SETTINGS } from './settings.ts';

export interface Evaluated {
  readonly task: Task;
  readonly judged: Judged;
  readonly figures: Figures;
  readonly seconds: number;
}

export async function evaluate(task: Task, run: TrainingRun): Promise<Evaluated> {
  const startedMs = performance.now();
  const judged = await judge(task.protocol, SETTINGS[task.name].options, run);
  const figures = figuresOf(judged, task.protocol);
  return { task, judged, figures, seconds: (performance.now() - startedMs) / 1_000 };
}

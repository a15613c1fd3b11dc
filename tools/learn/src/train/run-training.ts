import { join } from 'node:path';
import { type LabelledModel, type Manifest, readModelFolder, toOnnx, writeModelFolder } from '@hub/intelligence';
import { cardOf } from './card.ts';
import { fairnessOf } from './fairness.ts';
import type { EventLog } from './lead-history.ts';
import { type Learned, learnModel, type LearnOptions } from './learn-model.ts';
import { manifestOf } from './manifest-of.ts';
import { missingIn } from './missing.ts';
import type { Progress } from './progress.ts';
import { type LabelledRows, TrainingSet } from './training-set.ts';

export interface TrainingRun {
  readonly models: readonly LabelledModel[];
  readonly log: EventLog;
  /** End of the log, epoch ms. */
  readonly untilMs: number;
  readonly modelsDir: string;
  /** Goes on with less than is needed, and warns in what it writes. */
  readonly force: boolean;
  readonly learning: Omit<LearnOptions, 'onProgress'>;
  readonly codeVersion: string;
  readonly nowMs: number;
  readonly progress: Progress;
}

export interface WrittenModel {
  readonly folder: string;
  readonly manifest: Manifest;
}

/** There is not enough to learn from; the message says what is missing. */
export class NotEnough extends Error {
  override readonly name = 'NotEnough';
}

/** What one model learns from. */
interface Lesson extends LabelledRows {
  readonly name: LabelledModel;
  readonly warnings: readonly string[];
}

/**
 * Reads the log once, learns each model and writes its folder. Nothing is written before all have been learned.
 * @throws NotEnough naming what is missing, for all models at once.
 */
export async function runTraining(run: TrainingRun): Promise<readonly WrittenModel[]> {
  const set = await readLog(run);
  const lessons = lessonsOf(run, set);
  const learned: (readonly [Lesson, Learned])[] = [];
  for (const lesson of lessons) learned.push([lesson, await learn(run, lesson)]);
  const written: WrittenModel[] = [];
  for (const [lesson, by] of learned) written.push(await write(run, set, lesson, by));
  return written;
}

async function readLog({ log, untilMs, progress, learning }: TrainingRun): Promise<TrainingSet> {
  const set = new TrainingSet(untilMs);
  let share = 0;
  for await (const history of log.histories((read) => (share = read))) {
    learning.signal?.throwIfAborted();
    set.add(history);
    progress.at(`reading: ${set.read.leads} leads, ${set.read.events} events`, share);
  }
  const { leads, events, tenants } = set.read;
  progress.say(`read ${leads} leads of ${tenants} tenants with ${events} events from ${log.name}`);
  return set;
}

function lessonsOf({ models, force }: TrainingRun, set: TrainingSet): readonly Lesson[] {
  const lessons = models.map((name) => {
    const rows = set.labelled(name);
    return { name, ...rows, missing: missingIn(name, rows.table) };
  });
  const lacking = lessons.filter(({ missing }) => missing.length > 0);
  if (lacking.length > 0 && !force) {
    const lines = lacking.map(({ name, missing }) => `${name} cannot be learned yet: ${missing.join('; ')}`);
    throw new NotEnough(`${lines.join('\n')}\n--force goes on nevertheless and warns in the card`);
  }
  const sampled = set.share < 1 ? [`learned from ${percent(set.share)} of the leads: more do not fit into memory`] : [];
  return lessons.map(({ missing, ...lesson }) => ({
    ...lesson,
    warnings: [...missing.map((what) => `too little to rely on: ${what}`), ...sampled],
  }));
}

/** @throws NotEnough when even with --force nothing can be learned from the rows. */
async function learn({ progress, learning }: TrainingRun, { name, table }: Lesson): Promise<Learned> {
  const startedMs = performance.now();
  const learned = await learnModel(name, table, {
    ...learning,
    onProgress: ({ stage, bag, round, loss }) =>
      progress.at(`${name}: ${stage}, bag ${bag + 1}, round ${round}, log loss ${loss.toFixed(4)}`, null),
  }).catch((error: unknown) => {
    if (error instanceof RangeError)
      throw new NotEnough(`${name} cannot be learned: ${error.message}`, { cause: error });
    throw error;
  });
  const { model, logistic } = learned.metrics;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  const beside = `logistic regression ${logistic.auc.value.toFixed(3)}`;
  progress.say(`${name}: AUC ${model.auc.value.toFixed(3)}, ${beside} (${seconds} s)`);
  return learned;
}

async function write(run: TrainingRun, set: TrainingSet, lesson: Lesson, by: Learned): Promise<WrittenModel> {
  const { log, codeVersion, nowMs, learning, modelsDir, progress } = run;
  const { leftOut, warnings } = lesson;
  const { name, version } = by.model;
  const before = await readModelFolder(join(modelsDir, name, version)).catch(() => null); // none, or broken: writing tells
  if (before !== null) {
    progress.say(`${name} ${version} is there already: the same log, options and seed give the same model`);
    return { folder: join(modelsDir, name, version), manifest: before.manifest };
  }
  const fairness = fairnessOf(by.model, set.audited(lesson.name));
  const circumstances = { source: log.name, read: set.read, leftOut, fairness, warnings, codeVersion, nowMs };
  const folder = await writeModelFolder(modelsDir, {
    manifest: manifestOf(lesson.name, by, learning, circumstances),
    model: by.model,
    onnx: toOnnx(by.model),
    card: (manifest) => cardOf(manifest, by.model),
  });
  const { manifest } = await readModelFolder(folder);
  return { folder, manifest };
}

function percent(share: number): string {
  return `${(100 * share).toPrecision(2)} %`;
}

import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { columnsOf, FeatureRows, MODEL_FILES, openScorer, readModelFolder } from '@hub/intelligence';
import { logitsOf } from '@hub/intelligence/training';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { EventLog, LeadHistory } from './lead-history.ts';
import type { Progress } from './progress.ts';
import { NotEnough, runTraining, type TrainingRun, type WrittenModel } from './run-training.ts';
import { simulatedLog } from './simulated-log.ts';
import { DAY_MS, START_MS, told } from './told.for-spec.ts';
import { rowsOf } from './training-rows.ts';

const END_MS = START_MS + 135 * DAY_MS;
const simulated = simulatedLog({ seed: 2, tenants: 3, startMs: START_MS, endMs: END_MS, leadsPerDay: 5 });

const silent: Progress = { at: () => {}, say: () => {} };

let modelsDir: string;
let histories: LeadHistory[];
let log: EventLog;
let written: readonly WrittenModel[];

function runOn(over: Partial<TrainingRun> = {}): TrainingRun {
  return {
    models: ['conversion', 'goingCold'],
    log,
    untilMs: END_MS,
    modelsDir,
    force: true,
    learning: { seed: 1, threads: 0, training: { bags: 2, maxRounds: 40, pairs: 2 } },
    codeVersion: 'spec',
    nowMs: END_MS,
    progress: silent,
    ...over,
  };
}

function logOf(leads: readonly LeadHistory[]): EventLog {
  return {
    name: 'a spec',
    async *histories() {
      yield* leads;
    },
  };
}

/** A lead that we wrote to twice, and that never answers. */
function silentLead(index: number): LeadHistory {
  const first = index / 20;
  return {
    tenantId: 't',
    leadId: `l${index}`,
    events: [told('lead.created', first), told('message', first + 1), told('message', first + 5)],
  };
}

beforeAll(async () => {
  modelsDir = await mkdtemp(join(tmpdir(), 'models-test-'));
  histories = [];
  for await (const history of simulated.histories(() => {})) histories.push(history);
  log = { ...logOf(histories), name: simulated.name };
  written = await runTraining(runOn());
});
afterAll(() => rm(modelsDir, { recursive: true, force: true }));

describe('a training run', () => {
  it('writes a folder for each model that holds together', async () => {
    expect(written.map(({ manifest }) => manifest.name)).toEqual(['conversion', 'goingCold']);
    for (const { folder, manifest } of written) {
      expect(folder).toBe(join(modelsDir, manifest.name, manifest.version));
      expect((await readdir(folder)).toSorted()).toEqual(Object.values(MODEL_FILES).toSorted());
      expect((await readModelFolder(folder)).manifest).toEqual(manifest);
    }
  });

  it('learns more than the base rate, and says so with intervals, beside the challenger', () => {
    for (const { manifest } of written) {
      const { model, logistic, prior } = manifest.metrics;
      expect(model.auc.value).toBeGreaterThan(0.6);
      expect(model.auc.low).toBeLessThan(model.auc.value);
      expect(logistic.auc.value).toBeGreaterThan(0.6);
      expect(prior?.auc.value).toBeGreaterThan(0.4);
      expect(manifest.data.slices.test.from > manifest.data.slices.calibrate.until).toBe(true);
    }
  });

  it('tells what it was made from', () => {
    for (const { manifest } of written) {
      expect(manifest.data).toMatchObject({ source: simulated.name, leads: histories.length, tenants: 3 });
      expect(manifest.data.events).toBe(histories.reduce((sum, { events }) => sum + events.length, 0));
      expect(manifest.warnings).toContainEqual(expect.stringMatching(/leads whose outcome is known, 1000 are needed/));
      expect(manifest.fairness.passed).toBe(true);
    }
    expect(written[1]?.manifest.data.leftOut['neglect']).toBeGreaterThan(0);
  });

  it('writes a model that the runtime serves with the odds that were measured', async () => {
    const rows = histories.slice(0, 30).flatMap((history) => [...rowsOf(history, END_MS)]);
    for (const { folder } of written) {
      const { onnx, model } = await readModelFolder(folder);
      const scorer = await openScorer(model.name, onnx);
      const features = rows.map((row) => row.features);
      const { logits } = await scorer.score(FeatureRows.of(features));
      const columns = columnsOf(features, model.name === 'conversion' ? 'conversion' : 'goingCold');
      const none = { labels: new Uint8Array(rows.length), atMs: new Float64Array(), groups: new Int32Array() };
      const measured = logitsOf(model, { columns, ...none }).calibrated;
      expect(rows.length).toBeGreaterThan(100);
      measured.forEach((logit, row) => expect(logits[row]).toBeCloseTo(logit, 9));
      await scorer.close();
    }
  });

  it('gives the same log and seed the same bytes', async () => {
    const again = await mkdtemp(join(tmpdir(), 'models-test-'));
    try {
      const [twice] = await runTraining(runOn({ models: ['goingCold'], modelsDir: again }));
      const once = written[1];
      for (const file of [MODEL_FILES.onnx, MODEL_FILES.model, MODEL_FILES.card]) {
        const bytes = await Promise.all([twice, once].map((one) => readFile(join(one?.folder ?? '', file))));
        expect(bytes[0]?.equals(bytes[1] ?? Buffer.of())).toBe(true);
      }
    } finally {
      await rm(again, { recursive: true, force: true });
    }
  });
});

describe('a training run once more', () => {
  it('keeps what is there, where the same log and seed gave the same model', async () => {
    const lines: string[] = [];
    const progress = { ...silent, say: (line: string) => void lines.push(line) };
    const [again] = await runTraining(runOn({ models: ['goingCold'], nowMs: END_MS + DAY_MS, progress }));
    expect(again).toEqual(written[1]);
    expect(lines).toContainEqual(expect.stringContaining('is there already'));
  });
});

describe('a training run that cannot be', () => {
  it.each<[string, Partial<TrainingRun>, RegExp]>([
    [
      'too few leads',
      { force: false },
      /conversion cannot be learned yet: \d+ leads .*\ngoingCold cannot be learned yet: /,
    ],
    [
      'no data at all',
      { log: logOf([]), force: false },
      /0 leads whose outcome is known, 1000 are needed; 0 leads that converted/,
    ],
    ['no data at all, and --force', { log: logOf([]) }, /conversion cannot be learned: .*too short a time/],
  ])('for %s says what is missing', async (_, over, message) => {
    const dir = join(modelsDir, 'none');
    await expect(runTraining(runOn({ modelsDir: dir, log, ...over }))).rejects.toThrow(NotEnough);
    await expect(runTraining(runOn({ modelsDir: dir, log, ...over }))).rejects.toThrow(message);
    await expect(readdir(dir)).rejects.toThrow('ENOENT');
  });

  it('for want of positives names them, with --force or without', async () => {
    const negatives = logOf(Array.from({ length: 1_200 }, (_, index) => silentLead(index)));
    const run = runOn({ models: ['conversion'], log: negatives });
    await expect(runTraining({ ...run, force: false })).rejects.toThrow(': 0 leads that converted, 120 are needed');
    await expect(runTraining(run)).rejects.toThrow(/conversion cannot be learned: .*only one kind of outcome/);
  });

  it('ends when it is told to', async () => {
    const reason = new Error('stopped');
    const learning = { ...runOn().learning, signal: AbortSignal.abort(reason) };
    await expect(runTraining(runOn({ learning }))).rejects.toBe(reason);
  });
});

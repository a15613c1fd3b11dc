import { readFile } from 'node:fs/promises';
import ort from 'onnxruntime-node';
import { FEATURES } from '../features/table.ts';
import {
  type AdditiveModel,
  type Decision,
  decide,
  type ModelKind,
  type ModelName,
  type PriorName,
  rampsOf,
  sumOf,
} from './additive.ts';
import { INPUT, toOnnx } from './graph.ts';
import { hashOf, modelPath, readHead, UnusableModel } from './model-file.ts';
import { PRIORS } from './priors.ts';

export interface Scorer {
  readonly kind: ModelKind;
  readonly version: string;
  /** SHA-256 of the model file; the built-in prior has the hash of the file it would be written to. */
  readonly hash: string;
  /** One decision per row of features, in their order; one run of the model for all of them. */
  score(rows: readonly Float64Array[]): Promise<readonly Decision[]>;
  /** Frees the model's memory. It must not be asked again. */
  close(): Promise<void>;
}

export interface LoadedScorer {
  readonly scorer: Scorer;
  readonly servedBy: 'onnx' | 'builtin';
  /** Why the model file does not serve; null when it does. */
  readonly problem: string | null;
}

/**
 * Loads a model file and tries it once. Where that fails, the built-in prior serves and `problem` says why, so a broken
 * file never stops scoring.
 * @param path The model file; null for the one that this package's build wrote.
 */
export async function loadScorer(model: PriorName, path: string | null): Promise<LoadedScorer> {
  try {
    return {
      scorer: await openScorer(model, await readFile(path ?? modelPath(model))),
      servedBy: 'onnx',
      problem: null,
    };
  } catch (cause) {
    return { scorer: builtInScorer(PRIORS[model]), servedBy: 'builtin', problem: problemOf(model, cause) };
  }
}

export function builtInScorer(model: AdditiveModel): Scorer {
  const ramps = rampsOf(model);
  return {
    kind: model.kind,
    version: model.version,
    hash: hashOf(toOnnx(model)),
    score: async (rows) => rows.map((row) => decide(ramps, row)),
    close: async () => {},
  };
}

// One thread and no arena: the graphs are tiny, and batches run beside each other in the service.
const SESSION: ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: false,
  enableMemPattern: false,
};

/**
 * Serves the bytes of a model file, and tries them once.
 * @throws UnusableModel, or what the runtime threw, for bytes that cannot be served as that model.
 */
export async function openScorer(model: ModelName, bytes: Uint8Array): Promise<Scorer> {
  const { kind, version, intercept } = readHead(bytes, model);
  const session = await ort.InferenceSession.create(bytes, SESSION);
  const score = async (rows: readonly Float64Array[]): Promise<readonly Decision[]> =>
    rows.length === 0 ? [] : run(session, intercept, rows);
  await tryOut(score);
  return { kind, version, hash: hashOf(bytes), score, close: () => session.release() };
}

/**
 * One run over all rows. The runtime writes into arrays of ours: a model whose outputs have another type or shape
 * fails here, and nothing is copied.
 */
async function run(
  session: ort.InferenceSession,
  intercept: number,
  rows: readonly Float64Array[],
): Promise<readonly Decision[]> {
  const width = FEATURES.length;
  const features = new Float64Array(rows.length * width);
  rows.forEach((row, index) => features.set(row, index * width));
  const logits = new Float64Array(rows.length);
  const contributions = new Float64Array(rows.length * width);
  await session.run(
    { [INPUT]: new ort.Tensor('float64', features, [rows.length, width]) },
    {
      logit: new ort.Tensor('float64', logits, [rows.length, 1]),
      contributions: new ort.Tensor('float64', contributions, [rows.length, width]),
    },
  );
  return rows.map((_, row) => ({
    logit: logits[row] ?? Number.NaN,
    intercept,
    contributions: contributions.subarray(row * width, (row + 1) * width),
  }));
}

/** Warms the session, and refuses a model whose reasons do not add up to its score. */
async function tryOut(score: Scorer['score']): Promise<void> {
  const rows = [Number.NaN, 0, 1].map((value) => new Float64Array(FEATURES.length).fill(value));
  for (const { logit, intercept, contributions } of await score(rows)) {
    if (logit !== sumOf(intercept, contributions)) throw new UnusableModel('its reasons do not add up to its score');
  }
}

function problemOf(model: PriorName, cause: unknown): string {
  const why = cause instanceof Error ? cause.message : String(cause);
  return `${model}: ${why}; the built-in prior serves`;
}

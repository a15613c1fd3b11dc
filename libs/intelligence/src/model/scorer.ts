import { readFile } from 'node:fs/promises';
import type { ModelKind, ModelName, PriorName } from './additive.ts';
import { type DecisionFrame, Decisions } from './decisions.ts';
import type { FeatureRows } from './feature-rows.ts';
import { hashOf, modelPath } from './model-file.ts';
import { openScorer } from './onnx-scorer.ts';
import { PRIORS } from './priors.ts';
import { toOnnx } from './to-onnx.ts';
import { type Model, twinOf } from './twin.ts';

/** A model that decides on batches of leads. */
export interface Scorer extends DecisionFrame {
  readonly name: ModelName;
  readonly kind: ModelKind;
  readonly version: string;
  /** SHA-256 of the model file; a model evaluated in TypeScript has the hash of the file it would be written to. */
  readonly hash: string;
  /** Names of the inputs, in their order. */
  readonly features: readonly string[];
  /**
   * One decision per row, in their order; one run of the model for all of them. `release` the answer once it is read.
   * @param shifts What each row's tenant differs by, in log-odds; left out, nothing.
   */
  score(rows: FeatureRows, shifts?: Float64Array): Promise<Decisions>;
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
 * Loads a model file and tries it. Where that fails, the built-in prior serves and `problem` says why, so a broken
 * file never stops scoring.
 * @param path The model file; null for the one that this package's build wrote.
 */
export async function loadScorer(model: PriorName, path: string | null): Promise<LoadedScorer> {
  try {
    const bytes = await readFile(path ?? modelPath(model));
    return { scorer: await openScorer(model, bytes), servedBy: 'onnx', problem: null };
  } catch (cause) {
    return { scorer: builtInScorer(PRIORS[model]), servedBy: 'builtin', problem: problemOf(model, cause) };
  }
}

/** Evaluates a model in TypeScript, without ONNX. */
export function builtInScorer(model: Model): Scorer {
  const twin = twinOf(model);
  const { name, kind, version } = model;
  const { features, terms, intercept } = twin;
  return {
    name,
    kind,
    version,
    hash: hashOf(toOnnx(model)),
    features,
    terms,
    intercept,
    score: async (rows, shifts) => {
      const decisions = new Decisions(twin, rows.count);
      for (let row = 0; row < rows.count; row += 1) {
        twin.decideInto(rows.values, row, shifts?.[row] ?? 0, decisions, row);
      }
      decisions.count = rows.count;
      return decisions;
    },
    close: async () => {},
  };
}

function problemOf(model: PriorName, cause: unknown): string {
  const why = cause instanceof Error ? cause.message : String(cause);
  return `${model}: ${why}; the built-in prior serves`;
}

import {
  builtInScorer,
  type Decision,
  FEATURES,
  loadScorer,
  type ModelName,
  modelPath,
  PRIORS,
  type Scorer,
} from '@hub/intelligence';
import type { Breaker } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';

/** One batch of answers and who gave them. */
export interface Scored {
  readonly decisions: readonly Decision[];
  readonly hash: string;
  readonly kind: 'prior' | 'learned';
  readonly servedBy: 'onnx' | 'builtin';
}

export interface Model {
  score(rows: readonly Float64Array[]): Promise<Scored>;
}

export interface Models {
  readonly conversion: Model;
  readonly goingCold: Model;
  /** What must be stored for decisions to be explained later; two entries may be one and the same model. */
  readonly catalogue: readonly CatalogueEntry[];
}

export interface CatalogueEntry {
  readonly hash: string;
  readonly name: ModelName;
  readonly kind: string;
  readonly features: readonly string[];
  readonly intercept: number;
}

/**
 * Loads both models; where a file is missing or broken the built-in prior serves, and the log says why.
 * @param folder Of the model files; null for those that were built with the models.
 */
export async function loadModels(folder: string | null, breaker: Breaker, logger: Logger): Promise<Models> {
  const [conversion, goingCold] = await Promise.all([
    loadModel('conversion', folder, breaker, logger),
    loadModel('goingCold', folder, breaker, logger),
  ]);
  return {
    conversion: conversion.model,
    goingCold: goingCold.model,
    catalogue: [...conversion.catalogue, ...goingCold.catalogue],
  };
}

async function loadModel(name: ModelName, folder: string | null, breaker: Breaker, logger: Logger) {
  const loaded = await loadScorer(name, folder === null ? null : modelPath(name, folder));
  const builtin = builtInScorer(PRIORS[name]);
  if (loaded.problem !== null) logger.error({ model: name, problem: loaded.problem }, 'built-in prior serves');
  const model: Model = {
    score: async (rows) => {
      if (loaded.servedBy === 'builtin') return answer(await builtin.score(rows), builtin, 'builtin');
      try {
        const decisions = await breaker.call(() => loaded.scorer.score(rows));
        return answer(decisions, loaded.scorer, 'onnx');
      } catch (error) {
        logger.error({ model: name, err: error }, 'ONNX failed; the built-in prior serves this batch');
        return answer(await builtin.score(rows), builtin, 'builtin');
      }
    },
  };
  return { model, catalogue: await Promise.all([loaded.scorer, builtin].map((scorer) => entryOf(name, scorer))) };
}

function answer(decisions: readonly Decision[], scorer: Scorer, servedBy: 'onnx' | 'builtin'): Scored {
  return { decisions, hash: scorer.hash, kind: scorer.kind, servedBy };
}

/** The intercept is the same for every lead, so one with nothing known tells it. */
async function entryOf(name: ModelName, scorer: Scorer): Promise<CatalogueEntry> {
  const [blank] = await scorer.score([new Float64Array(FEATURES.length).fill(Number.NaN)]);
  if (blank === undefined) throw new RangeError('a model gave no answer');
  const features = FEATURES.map((feature) => feature.name);
  return { hash: scorer.hash, name, kind: scorer.kind, features, intercept: blank.intercept };
}

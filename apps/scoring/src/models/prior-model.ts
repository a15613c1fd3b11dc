import { builtInScorer, FEATURES, loadScorer, modelPath, type PriorName, PRIORS, type Scorer } from '@hub/intelligence';
import type { Breaker } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import type { CatalogueEntry, Model } from './models.ts';
import { answer } from './slot.ts';

/** The prior of this build: serves where nothing is registered, and when what is registered fails. */
export interface PriorModel extends Model {
  /** Without ONNX, from what is compiled in: cannot fail. */
  readonly builtIn: Model;
  readonly catalogue: readonly CatalogueEntry[];
}

/**
 * Loads a prior from its file; where that is missing or broken the one compiled in serves, and the log says why.
 * @param folder Of the model files; null for those that were built with the models.
 */
export async function loadPrior(
  name: PriorName,
  folder: string | null,
  breaker: Breaker,
  logger: Logger,
): Promise<PriorModel> {
  const loaded = await loadScorer(name, folder === null ? null : modelPath(name, folder));
  const compiledIn = builtInScorer(PRIORS[name]);
  if (loaded.problem !== null) logger.error({ model: name, problem: loaded.problem }, 'built-in prior serves');
  const builtIn: Model = { score: async (rows) => answer(await compiledIn.score(rows), compiledIn, 'builtin') };
  return {
    builtIn,
    catalogue: await Promise.all([loaded.scorer, compiledIn].map((scorer) => entryOf(name, scorer))),
    score: async (rows, tenantIds) => {
      if (loaded.servedBy === 'builtin') return builtIn.score(rows, tenantIds);
      try {
        return answer(await breaker.call(() => loaded.scorer.score(rows)), loaded.scorer, 'onnx');
      } catch (error) {
        logger.error({ model: name, err: error }, 'ONNX failed; the built-in prior serves this batch');
        return builtIn.score(rows, tenantIds);
      }
    },
  };
}

/** The intercept is the same for every lead, so one with nothing known tells it. */
async function entryOf(name: PriorName, scorer: Scorer): Promise<CatalogueEntry> {
  const [blank] = await scorer.score([new Float64Array(FEATURES.length).fill(Number.NaN)]);
  if (blank === undefined) throw new RangeError('a model gave no answer');
  const features = FEATURES.map((feature) => feature.name);
  return { hash: scorer.hash, name, kind: scorer.kind, features, intercept: blank.intercept };
}

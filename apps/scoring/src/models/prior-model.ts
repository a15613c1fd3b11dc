import { readFile } from 'node:fs/promises';
import { builtInScorer, loadScorer, modelPath, type PriorName, PRIORS, type Scorer, toOnnx } from '@hub/intelligence';
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
  const path = folder === null ? modelPath(name) : modelPath(name, folder);
  const loaded = await loadScorer(name, path);
  const compiledIn = builtInScorer(PRIORS[name]);
  if (loaded.problem !== null) logger.error({ model: name, problem: loaded.problem }, 'built-in prior serves');
  const builtIn: Model = { score: async (rows) => answer(await compiledIn.score(rows), compiledIn, 'builtin') };
  return {
    builtIn,
    catalogue: [
      entryOf(compiledIn, toOnnx(PRIORS[name])),
      ...(loaded.servedBy === 'onnx' ? [entryOf(loaded.scorer, await readFile(path))] : []),
    ],
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

function entryOf({ hash, name, kind, features, terms, intercept }: Scorer, onnx: Uint8Array): CatalogueEntry {
  return { hash, name, kind, features, terms, intercept, onnx };
}

import { type Database, modelFile } from '@hub/database/registry';
import { builtInScorer, type ModelName, openScorer, PRIORS, type PriorName, type Scorer } from '@hub/intelligence';

/** A model that decided once, or why it cannot any more. */
export type Shelved = { readonly scorer: Scorer } | { readonly missing: string };

/** Models by the hash that decisions name: from the registry, from the catalogue of priors, from this build. */
export class ModelShelf {
  readonly #database: Database;
  readonly #open = new Map<string, Promise<Shelved>>();

  constructor(database: Database) {
    this.#database = database;
  }

  get(model: ModelName, hash: string): Promise<Shelved> {
    const known = this.#open.get(hash);
    if (known !== undefined) return known;
    const opened = this.#take(model, hash);
    this.#open.set(hash, opened);
    return opened;
  }

  async close(): Promise<void> {
    for (const opened of this.#open.values()) {
      const shelved = await opened;
      if ('scorer' in shelved) await shelved.scorer.close();
    }
  }

  async #take(model: ModelName, hash: string): Promise<Shelved> {
    const bytes = await modelFile(this.#database, hash);
    if (bytes === null) return this.#ofThisBuild(model, hash);
    try {
      return { scorer: await openScorer(model, bytes, { hash }) };
    } catch (error) {
      return { missing: error instanceof Error ? error.message : String(error) };
    }
  }

  #ofThisBuild(model: ModelName, hash: string): Shelved {
    const prior = model === 'match' ? null : builtInScorer(PRIORS[model satisfies PriorName]);
    if (prior?.hash === hash) return { scorer: prior };
    return { missing: 'its file was not kept: it is a prior of an earlier build' };
  }
}

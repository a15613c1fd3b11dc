import { type Database, listModels } from '@hub/database/registry';
import type { ModelName } from '@hub/intelligence';
import { Refused } from '../command.ts';
import { findModel, nameOf } from '../find-model.ts';

/** A model whose past answers are looked at. */
export interface JudgedModel {
  readonly name: ModelName;
  readonly shown: string;
  /** Several for the prior, which changes with the build. */
  readonly hashes: readonly string[];
}

const PRIOR = '@prior';

/**
 * As `findModel`, and `name@prior` for what serves where nothing is registered.
 * @throws Refused when it names none, several, or a prior that has never decided.
 */
export async function findJudged(database: Database, word: string): Promise<JudgedModel> {
  if (!word.endsWith(PRIOR)) {
    const model = findModel(await listModels(database), word);
    return { name: model.name as ModelName, shown: nameOf(model), hashes: [model.hash] };
  }
  const name = word.slice(0, -PRIOR.length);
  const priors = await database.query<{ hash: string }>({
    text: `SELECT hash FROM models WHERE name = $1 AND kind = 'prior' AND state IS NULL`,
    values: [name],
  });
  if (priors.length === 0) throw new Refused(`no prior of ${name} has decided here`);
  return { name: name as ModelName, shown: word, hashes: priors.map(({ hash }) => hash) };
}

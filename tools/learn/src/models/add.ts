import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { print, readCommandLine, UsageError } from '@hub/hub/terminal';
import { addModel, type NewModel } from '@hub/database/registry';
import { MODEL_FILES, readModelFolder, UnusableModel } from '@hub/intelligence';
import { because } from './change.ts';
import { type Command, Refused } from './command.ts';
import { nameOf, SHORT_HASH } from './find-model.ts';
import { tryOut } from './try-out.ts';

/** `add FOLDER`: takes a model folder in as a candidate, once it has shown that it can serve. */
export const add: Command = async (registry, args) => {
  const { words, values, flags } = readCommandLine(args, { names: ['because', 'by'], flags: ['json'], mostWords: 1 });
  const [word] = words;
  if (word === undefined) throw new UsageError('add needs the folder of a model, such as models/conversion/2026-09-01');
  const model = await readNewModel(resolve(word));
  const problem = await addModel(registry.database, model, because(values));
  if (problem !== null) throw new Refused(problem);
  await registry.changed(model.name);
  const answer = { model: nameOf(model), hash: model.hash, state: 'candidate' };
  print(flags.has('json'), answer, `${answer.model} (${model.hash.slice(0, SHORT_HASH)}) is a candidate now\n`);
  return 0;
};

/**
 * What a folder holds, as the registry keeps it.
 * @throws Refused naming the file that is missing, broken or does not fit, or why this build cannot serve the model.
 */
export async function readNewModel(folder: string): Promise<NewModel> {
  try {
    const { manifest, model, onnx, card } = await readModelFolder(folder);
    const { terms, intercept } = await tryOut(manifest, model, onnx);
    return {
      hash: manifest.hash,
      name: manifest.name,
      version: manifest.version,
      kind: model.kind,
      features: model.features,
      terms,
      intercept,
      onnx,
      model: await readFile(join(folder, MODEL_FILES.model), 'utf8'),
      manifest,
      card,
    };
  } catch (error) {
    if (error instanceof UnusableModel) throw new Refused(`${folder} is refused: ${error.message}`, { cause: error });
    throw error;
  }
}

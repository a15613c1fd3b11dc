import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { print, readCommandLine, UsageError } from '@hub/hub/terminal';
import { listModels, readModel, type StoredModel } from '@hub/database/registry';
import { MODEL_FILES } from '@hub/intelligence';
import { type Command, Refused } from './command.ts';
import { findModel, nameOf } from './find-model.ts';

/** `export MODEL --to FOLDER`: the model's folder again, as it was taken in. */
export const exportModel: Command = async ({ database }, args) => {
  const { words, values, flags } = readCommandLine(args, { names: ['to'], flags: ['json'], mostWords: 1 });
  const [word] = words;
  if (word === undefined) throw new UsageError('export needs a model');
  const { hash } = findModel(await listModels(database), word);
  const model = await readModel(database, hash);
  if (model === null) throw new Refused(`${word} is not registered any more`);
  const folder = await writeFolder(values['to'] ?? 'models', model);
  print(flags.has('json'), { model: nameOf(model), hash, folder }, `${nameOf(model)} is in ${folder}\n`);
  return 0;
};

/** All of it or nothing. @throws Refused when the folder is there already. */
async function writeFolder(
  modelsDir: string,
  { name, version, onnx, model, manifest, card }: StoredModel,
): Promise<string> {
  const folder = join(modelsDir, name, version);
  const unfinished = join(modelsDir, name, `.${version}-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    await writeFile(join(unfinished, MODEL_FILES.onnx), onnx);
    await writeFile(join(unfinished, MODEL_FILES.model), model);
    await writeFile(join(unfinished, MODEL_FILES.manifest), `${JSON.stringify(manifest, null, 2)}\n`);
    await writeFile(join(unfinished, MODEL_FILES.card), card);
    await mkdir(dirname(folder), { recursive: true });
    await rename(unfinished, folder);
    return folder;
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST'].includes(String((cause as NodeJS.ErrnoException).code))) {
      throw new Refused(`${folder} is there already`, { cause });
    }
    throw cause;
  }
}

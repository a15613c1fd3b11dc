import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { z } from 'zod';
import type { LearnedModel } from './learned.ts';
import { learnedModel } from './learned-json.ts';
import { type Manifest, manifest } from './manifest.ts';
import { hashOf, UnusableModel } from './model-file.ts';

/** The files of `<models>/<name>/<version>/`. */
export const MODEL_FILES = {
  onnx: 'model.onnx',
  model: 'model.json',
  manifest: 'manifest.json',
  card: 'CARD.md',
} as const;

/** What a model folder holds. */
export interface ModelFolder {
  readonly manifest: Manifest;
  readonly model: LearnedModel;
  readonly onnx: Uint8Array;
  /** Markdown. */
  readonly card: string;
}

/** The parts of a folder to write; the manifest's hashes are taken from what is written. */
export interface NewModelFolder {
  readonly manifest: Omit<Manifest, 'hash' | 'modelHash'>;
  readonly model: LearnedModel;
  readonly onnx: Uint8Array;
  readonly card: (manifest: Manifest) => string;
}

/**
 * Reads a model folder and checks that its parts belong together.
 * @throws UnusableModel naming the file that is missing, broken, or does not fit the others or the folder's name.
 */
export async function readModelFolder(folder: string): Promise<ModelFolder> {
  const [onnx, modelText, manifestText, card] = await Promise.all([
    read(folder, MODEL_FILES.onnx),
    read(folder, MODEL_FILES.model),
    read(folder, MODEL_FILES.manifest),
    read(folder, MODEL_FILES.card),
  ]);
  const said = parse(MODEL_FILES.manifest, manifest, manifestText);
  const model = parse(MODEL_FILES.model, learnedModel, modelText);
  const problem = misfit(folder, said, model, hashOf(onnx), hashOf(modelText));
  if (problem !== null) throw new UnusableModel(problem);
  return { manifest: said, model, onnx, card: card.toString('utf8') };
}

/**
 * Writes a model folder as a whole: whoever reads sees all of it or nothing.
 * @returns Path of the folder.
 * @throws UnusableModel when the parts do not fit each other, or the version exists already.
 */
export async function writeModelFolder(modelsDir: string, parts: NewModelFolder): Promise<string> {
  const modelText = Buffer.from(`${JSON.stringify(parts.model)}\n`);
  const whole = { ...parts.manifest, hash: hashOf(parts.onnx), modelHash: hashOf(modelText) };
  const folder = join(modelsDir, whole.name, whole.version);
  const said = parse(MODEL_FILES.manifest, manifest, Buffer.from(JSON.stringify(whole)));
  const model = parse(MODEL_FILES.model, learnedModel, modelText);
  const problem = misfit(folder, said, model, said.hash, said.modelHash);
  if (problem !== null) throw new UnusableModel(problem);

  // A dot in front: no version begins with one, so a list of versions never shows it.
  const unfinished = join(modelsDir, whole.name, `.${whole.version}-${process.pid}`);
  try {
    await mkdir(unfinished, { recursive: true });
    await Promise.all([
      writeFile(join(unfinished, MODEL_FILES.onnx), parts.onnx),
      writeFile(join(unfinished, MODEL_FILES.model), modelText),
      writeFile(join(unfinished, MODEL_FILES.manifest), `${JSON.stringify(said, null, 2)}\n`),
      writeFile(join(unfinished, MODEL_FILES.card), parts.card(said)),
    ]);
    await rename(unfinished, folder);
  } catch (cause) {
    await rm(unfinished, { recursive: true, force: true });
    const taken = ['ENOTEMPTY', 'EEXIST'].includes(String((cause as NodeJS.ErrnoException).code));
    if (taken) throw new UnusableModel(`${said.name} ${said.version} exists already`, { cause });
    throw cause;
  }
  return folder;
}

/** Why the parts of a folder do not belong together; null when they do. */
function misfit(folder: string, said: Manifest, model: LearnedModel, hash: string, modelHash: string): string | null {
  const { manifest: file } = MODEL_FILES;
  if (said.hash !== hash) return `${MODEL_FILES.onnx} does not have the hash that ${file} gives`;
  if (said.modelHash !== modelHash) return `${MODEL_FILES.model} does not have the hash that ${file} gives`;
  if (basename(folder) !== said.version) return `${file} is of version ${said.version}, the folder of another`;
  if (basename(dirname(folder)) !== said.name) return `${file} is of the model ${said.name}, the folder of another`;
  if (model.name !== said.name || model.version !== said.version) {
    return `${MODEL_FILES.model} is of ${model.name} ${model.version}, ${file} of ${said.name} ${said.version}`;
  }
  const sameFeatures = model.features.join() === said.features.join();
  return sameFeatures ? null : `${MODEL_FILES.model} and ${file} name other features`;
}

async function read(folder: string, file: string): Promise<Buffer> {
  try {
    return await readFile(join(folder, file));
  } catch (cause) {
    throw new UnusableModel(`${file} cannot be read`, { cause });
  }
}

function parse<T>(file: string, schema: z.ZodType<T>, text: Buffer): T {
  let value: unknown;
  try {
    value = JSON.parse(text.toString('utf8'));
  } catch (cause) {
    throw new UnusableModel(`${file} is cut short or no JSON`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join('.') || 'whole'}: ${message}`);
  throw new UnusableModel(`${file} does not fit: ${problems.slice(0, 5).join('; ')}`);
}

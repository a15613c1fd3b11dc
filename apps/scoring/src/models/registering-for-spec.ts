import { addModel, changeModel, type Database, type NewModel } from '@hub/database';
import { FEATURE_VERSION, hashOf, type LearnedModel, type ModelName, termsOf, toOnnx } from '@hub/intelligence';
import { smallManifest, smallModel } from '@hub/intelligence/for-spec';

const BECAUSE = { atMs: Date.parse('2026-09-01T12:00:00Z'), actor: 'spec', reason: 'of the spec' };

/** A learned model as the registry takes it; models of different versions have different hashes. */
export function newModel(
  name: ModelName,
  version: string,
  onnx?: Uint8Array,
): NewModel & { readonly learned: LearnedModel } {
  // Two models of a spec must not say the same.
  const learned: LearnedModel = {
    ...smallModel(version),
    name,
    intercept: smallModel(version).intercept - version.length / 8,
  };
  const bytes = onnx ?? toOnnx(learned);
  const manifest = { ...smallManifest(version), name, featureVersion: FEATURE_VERSION };
  return {
    hash: hashOf(toOnnx(learned)),
    name,
    version,
    kind: 'learned',
    features: learned.features,
    terms: termsOf(learned),
    intercept: learned.intercept,
    onnx: bytes,
    model: `${JSON.stringify(learned)}\n`,
    manifest,
    card: `# ${name} ${version}\n`,
    learned,
  };
}

/** Registers a model and brings it into a state. @returns its hash. */
export async function register(
  database: Database,
  model: NewModel,
  action: 'shadow' | 'promote',
  seen: string | null,
): Promise<string> {
  const problem = await addModel(database, model, BECAUSE);
  if (problem !== null) throw new Error(problem);
  await change(database, model.name, { action, model: model.hash }, seen);
  return model.hash;
}

export async function change(
  database: Database,
  name: string,
  command: Parameters<typeof changeModel>[2],
  seen: string | null,
): Promise<void> {
  const step = await changeModel(database, name, command, seen, BECAUSE);
  if (step.kind === 'refused') throw new Error(step.why);
}

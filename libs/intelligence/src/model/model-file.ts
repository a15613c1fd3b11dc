import { createHash } from 'node:crypto';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { FEATURE_VERSION, FEATURES } from '../features/table.ts';
import type { ModelKind, ModelName, PriorName } from './additive.ts';
import type { DecisionFrame } from './decisions.ts';
import { INPUTS, OUTPUTS } from './to-onnx.ts';

const FILE: Readonly<Record<PriorName, string>> = { conversion: 'conversion.onnx', goingCold: 'going-cold.onnx' };

/** Where the build writes the priors, seen from the sources as well as from what is built. */
const SHIPPED = join(import.meta.dirname, '..', '..', 'dist', 'models');

/** The file of a model within a folder of models; without a folder, the file that this package's build wrote. */
export function modelPath(model: PriorName, folder = SHIPPED): string {
  return join(folder, FILE[model]);
}

/** SHA-256 of a model file, in hex: names the model that decided. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

export interface ModelHead extends DecisionFrame {
  readonly kind: ModelKind;
  readonly version: string;
  readonly features: readonly string[];
}

/** A model file this build cannot serve: trying again cannot help. */
export class UnusableModel extends Error {
  override readonly name = 'UnusableModel';
  readonly retryable = false;
}

/**
 * Reads what a model file says about itself.
 * @throws UnusableModel when it is no model file, is of another model, or was made for other features.
 */
export function readHead(bytes: Uint8Array, model: ModelName): ModelHead {
  const { graph, metadataProps } = decodeModel(bytes);
  const said = new Map(metadataProps.map(({ key, value }) => [key, value]));
  if (said.get('model') !== model)
    throw new UnusableModel(`the file holds the model ${said.get('model') ?? 'unknown'}`);
  const features = FEATURES.map(({ name }) => name);
  if (said.get('features') !== features.join())
    throw new UnusableModel('the model was made for another list of features');
  const version = said.get('featureVersion');
  if (version !== FEATURE_VERSION) {
    throw new UnusableModel(
      `the model was made for version ${version ?? 'unknown'} of the features, not ${FEATURE_VERSION}`,
    );
  }
  checkNames('input', INPUTS, graph.input);
  checkNames('output', OUTPUTS, graph.output);
  const kind = said.get('kind');
  const intercept = Number(said.get('intercept') ?? Number.NaN);
  if ((kind !== 'prior' && kind !== 'learned') || !Number.isFinite(intercept)) {
    throw new UnusableModel('the model does not say its kind and intercept');
  }
  const terms = (said.get('terms') ?? '').split(',');
  if (terms.length < features.length + 2) throw new UnusableModel('the model does not say what its reasons are');
  return { kind, version: said.get('version') ?? '', intercept, terms, features };
}

function checkNames(what: string, expected: readonly string[], found: readonly Named[]): void {
  for (const name of expected) {
    if (!found.some((one) => one.name === name)) throw new UnusableModel(`the model has no ${what} ${name}`);
  }
  const extra = found.find(({ name }) => !expected.includes(name));
  if (extra !== undefined) throw new UnusableModel(`the model has an ${what} ${extra.name} that nobody knows`);
}

interface Named {
  readonly name: string;
}

interface DecodedModel {
  readonly graph: { readonly input: readonly Named[]; readonly output: readonly Named[] };
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

function decodeModel(bytes: Uint8Array): DecodedModel {
  try {
    const decoded = onnxProto.onnx.ModelProto.toObject(onnxProto.onnx.ModelProto.decode(bytes), { defaults: true });
    if (decoded['graph'] !== null) return decoded as DecodedModel;
  } catch (cause) {
    throw new UnusableModel('the file is cut short or no ONNX model', { cause });
  }
  throw new UnusableModel('the file holds no graph');
}

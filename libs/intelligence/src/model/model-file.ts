import { createHash } from 'node:crypto';
import { join } from 'node:path';
import onnxProto from 'onnx-proto';
import { FEATURES } from '../features/table.ts';
import type { ModelKind, ModelName, PriorName } from './additive.ts';
import { INPUT, OUTPUTS } from './graph.ts';

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

export interface ModelHead {
  readonly kind: ModelKind;
  readonly version: string;
  readonly intercept: number;
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
  const features = FEATURES.map(({ name }) => name).join(',');
  if (said.get('features') !== features) throw new UnusableModel('the model was made for another list of features');
  const names = (values: typeof graph.input): string => values.map(({ name }) => name).join(', ');
  if (names(graph.input) !== INPUT) throw new UnusableModel(`the model reads ${names(graph.input)}, not ${INPUT}`);
  for (const output of OUTPUTS) {
    if (!graph.output.some(({ name }) => name === output)) throw new UnusableModel(`the model has no output ${output}`);
  }
  const kind = said.get('kind');
  const intercept = Number(said.get('intercept') ?? Number.NaN);
  if ((kind !== 'prior' && kind !== 'learned') || !Number.isFinite(intercept)) {
    throw new UnusableModel('the model does not say its kind and intercept');
  }
  return { kind, version: said.get('version') ?? '', intercept };
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

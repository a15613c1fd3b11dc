import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import { FEATURES } from '../features/table.ts';
import { type AdditiveModel, type Ramp, rampsOf } from './additive.ts';

const { onnx } = onnxProto;

/** IR 8 with operator set 15: what onnx-proto 8 describes; every later runtime reads it. */
const OPSET = 15;
const { DOUBLE, INT64 } = onnx.TensorProto.DataType;

export const INPUT = 'features';
export const OUTPUTS = ['logit', 'contributions'] as const;

/**
 * The bytes of an additive model as an ONNX file: `features` [N, F] doubles, NaN where missing, to `logit` [N, 1] and
 * `contributions` [N, F]. Every operation is elementwise on doubles, or a running sum, in the order in which `decide`
 * works, so the runtime gives the bits that TypeScript gives. The same model gives the same bytes.
 */
export function toOnnx(model: AdditiveModel): Uint8Array {
  const { intercept, layers, missing } = rampsOf(model);
  const graph = new Graph();
  let sum = graph.constant(
    'zeros',
    missing.map(() => 0),
  );
  layers.forEach((ramps, layer) => {
    const row = (field: keyof Ramp): string =>
      graph.constant(
        `${field}_${layer}`,
        ramps.map((ramp) => ramp[field]),
      );
    const shifted = graph.node('Sub', [INPUT, row('origin')]);
    const raised = graph.node('Max', [shifted, row('low')]);
    const clamped = graph.node('Min', [raised, row('high')]);
    const scaled = graph.node('Mul', [row('slope'), clamped]);
    sum = graph.node('Add', [sum, scaled]);
  });
  const isMissing = graph.node('IsNaN', [INPUT]);
  graph.node('Where', [isMissing, graph.constant('missing', missing), sum], 'contributions');

  // A running sum that starts at the intercept: its last column is the logit, added in the order of features.
  const padding = graph.indices('padding', [0, 1, 0, 0]);
  const padded = graph.node('Pad', ['contributions', padding, graph.scalar('intercept', intercept)]);
  const running = graph.node('CumSum', [padded, graph.index('axis', 1)]);
  const from = graph.indices('from', [FEATURES.length]);
  const to = graph.indices('to', [FEATURES.length + 1]);
  graph.node('Slice', [running, from, to, graph.indices('axes', [1])], 'logit');

  return onnx.ModelProto.encode({
    irVersion: onnx.Version.IR_VERSION,
    opsetImport: [{ domain: '', version: OPSET }],
    producerName: 'enterprisehub',
    docString: `Odds of ${model.target}. ${model.kind === 'prior' ? 'Prior, not learned.' : 'Learned from outcomes.'}`,
    graph: {
      name: model.name,
      node: graph.nodes,
      initializer: graph.initializers,
      input: [matrix(INPUT, FEATURES.length)],
      output: [matrix('logit', 1), matrix('contributions', FEATURES.length)],
    },
    metadataProps: Object.entries(metadataOf(model)).map(([key, value]) => ({ key, value })),
  }).finish();
}

/** What a model file says about itself; `readModelFile` compares it with what this build can serve. */
export function metadataOf(model: AdditiveModel): Readonly<Record<string, string>> {
  return {
    model: model.name,
    version: model.version,
    kind: model.kind,
    target: model.target,
    features: FEATURES.map(({ name }) => name).join(','),
    intercept: String(model.intercept),
  };
}

class Graph {
  readonly nodes: Onnx.INodeProto[] = [];
  readonly initializers: Onnx.ITensorProto[] = [];

  node(opType: string, input: string[], output = `${opType}_${this.nodes.length}`): string {
    this.nodes.push({ opType, input, output: [output], name: output });
    return output;
  }

  constant(name: string, doubleData: readonly number[]): string {
    return this.#initializer({ name, dataType: DOUBLE, dims: [doubleData.length], doubleData: [...doubleData] });
  }

  scalar(name: string, value: number): string {
    return this.#initializer({ name, dataType: DOUBLE, dims: [], doubleData: [value] });
  }

  indices(name: string, int64Data: number[]): string {
    return this.#initializer({ name, dataType: INT64, dims: [int64Data.length], int64Data });
  }

  index(name: string, value: number): string {
    return this.#initializer({ name, dataType: INT64, dims: [], int64Data: [value] });
  }

  #initializer(tensor: Onnx.ITensorProto & { name: string }): string {
    this.initializers.push(tensor);
    return tensor.name;
  }
}

function matrix(name: string, columns: number): Onnx.IValueInfoProto {
  return {
    name,
    type: { tensorType: { elemType: DOUBLE, shape: { dim: [{ dimParam: 'N' }, { dimValue: columns }] } } },
  };
}

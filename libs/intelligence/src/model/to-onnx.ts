import onnxProto from 'onnx-proto';
import { FEATURE_VERSION } from '../features/table.ts';
import { type AdditiveModel, type Ramp, rampsOf } from './additive.ts';
import { piecesOf } from './calibration.ts';
import { checkLearned } from './check-learned.ts';
import { Forest } from './forest.ts';
import { Graph, int, matrix } from './graph.ts';
import type { LearnedModel } from './learned.ts';
import { featuresOfModel, type Model, termsOfModel } from './twin.ts';

const { onnx } = onnxProto;

/** IR 10 with operator set 15 and the trees of `ai.onnx.ml` 5 (ONNX 1.16), which hold doubles. */
const IR_VERSION = 10;
const OPSETS = [
  { domain: '', version: 15 },
  { domain: 'ai.onnx.ml', version: 5 },
];

export const INPUTS = ['features', 'tenant'] as const;
export const OUTPUTS = ['logit', 'contributions', 'range'] as const;

/**
 * The bytes of a model as an ONNX file: `features` [N, F], NaN where missing, and `tenant` [N, 1], what the tenant
 * differs by in log-odds, to `logit` [N, 1], `contributions` [N, T] in the order of the model's terms, and `range`
 * [N, 2], low and high log-odds, NaN where the model does not know. All are doubles, and every operation works
 * elementwise, looks a value up or adds in the order in which the twin adds, so the runtime gives the bits that
 * TypeScript gives. The same model gives the same bytes.
 *
 * @throws RangeError naming what about the model cannot be served.
 */
export function toOnnx(model: Model): Uint8Array {
  const graph = new Graph();
  const parts = model.kind === 'learned' ? addTables(graph, model) : addRamps(graph, model);
  const terms = termsOfModel(model).length;
  addDecision(graph, parts, terms - 2, model);
  return onnx.ModelProto.encode({
    irVersion: IR_VERSION,
    opsetImport: OPSETS,
    producerName: 'enterprisehub',
    docString: `Odds of ${model.target}. ${model.kind === 'prior' ? 'Prior, not learned.' : 'Learned from outcomes.'}`,
    graph: {
      name: model.name,
      node: graph.nodes,
      initializer: graph.initializers,
      input: [matrix('features', featuresOfModel(model).length), matrix('tenant', 1)],
      output: [matrix('logit', 1), matrix('contributions', terms), matrix('range', 2)],
    },
    metadataProps: Object.entries(metadataOf(model)).map(([key, value]) => ({ key, value })),
  }).finish();
}

/** What a model file says about itself; `readHead` compares it with what this build can serve. */
function metadataOf(model: Model): Readonly<Record<string, string>> {
  return {
    model: model.name,
    version: model.version,
    kind: model.kind,
    target: model.target,
    features: featuresOfModel(model).join(),
    featureVersion: FEATURE_VERSION,
    terms: termsOfModel(model).join(),
    intercept: String(model.intercept),
  };
}

/** What the features of a prior contribute: each ramp of all features at once. */
function addRamps(graph: Graph, model: AdditiveModel): string {
  const { layers, missing } = rampsOf(model);
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
    const shifted = graph.node('Sub', ['features', row('origin')]);
    const raised = graph.node('Max', [shifted, row('low')]);
    const clamped = graph.node('Min', [raised, row('high')]);
    const scaled = graph.node('Mul', [row('slope'), clamped]);
    sum = graph.node('Add', [sum, scaled]);
  });
  const isMissing = graph.node('IsNaN', ['features']);
  return graph.node('Where', [isMissing, graph.constant('missing', missing), sum], 'parts');
}

/** What the features and pairs of a learned model contribute. */
function addTables(graph: Graph, model: LearnedModel): string {
  checkLearned(model);
  const forest = new Forest();
  model.shapes.forEach(({ edges, logits }, feature) => {
    forest.table(feature, edges, logits);
  });
  model.pairs.forEach(({ features, edges, logits }) => {
    forest.crossTable(features, edges, logits);
  });
  return forest.addTo(graph, 'features', 'parts');
}

/** From the contributions of features and pairs to all that the model says. */
function addDecision(graph: Graph, parts: string, count: number, model: Model): void {
  const sum = addSum(graph, parts, count, model.intercept);
  const [correction = '', toBounds = ''] = addCalibration(graph, sum, model);
  graph.node('Concat', [parts, correction, 'tenant'], 'contributions', { attribute: [int('axis', 1)] });
  const calibrated = graph.node('Add', [sum, correction]);
  const logit = graph.node('Add', [calibrated, 'tenant'], 'logit');
  graph.node('Add', [logit, toBounds], 'range');
}

/** A running sum that starts at the intercept: its last column, added in the order of terms. */
function addSum(graph: Graph, parts: string, count: number, intercept: number): string {
  const padding = graph.indices('padding', [0, 1, 0, 0]);
  const padded = graph.node('Pad', [parts, padding, graph.scalar('intercept', intercept)]);
  const running = graph.node('CumSum', [padded, graph.index('axis', 1)]);
  const from = graph.indices('from', [count]);
  const to = graph.indices('to', [count + 1]);
  return graph.node('Slice', [running, from, to, graph.indices('axes', [1])]);
}

/** The straight piece that a sum lies on, looked up, and followed to that sum. */
function addCalibration(graph: Graph, sum: string, model: Model): readonly string[] {
  const { edges, pieces } = piecesOf(model.kind === 'learned' ? model.calibration : { knots: [] });
  const columns = [
    pieces.map(({ origin }) => origin),
    ...[0, 1, 2].map((which) => pieces.map(({ heights }) => heights[which] ?? 0)),
    ...[0, 1, 2].map((which) => pieces.map(({ slopes }) => slopes[which] ?? 0)),
  ];
  const forest = new Forest();
  for (const values of columns) forest.table(0, edges, [0, ...values]);
  const [origin = '', heights = '', slopes = ''] = graph.split(forest.addTo(graph, sum), [1, 3, 3]);
  const rise = graph.node('Mul', [slopes, graph.node('Sub', [sum, origin])]);
  const [correction = '', offsets = ''] = graph.split(graph.node('Add', [heights, rise]), [1, 2]);
  const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;
  const notAbove = graph.constant('not_above', [0, POSITIVE_INFINITY]);
  const notBelow = graph.constant('not_below', [NEGATIVE_INFINITY, 0]);
  return [correction, graph.node('Max', [graph.node('Min', [offsets, notAbove]), notBelow])];
}

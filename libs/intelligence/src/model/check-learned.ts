import { binsOf } from './bins.ts';
import { piecesOf } from './calibration.ts';
import type { LearnedModel, PairShape } from './learned.ts';

/** @throws RangeError that names the model and the first thing about it that cannot be served. */
export function checkLearned(model: LearnedModel): void {
  try {
    checkShapes(model);
    model.pairs.forEach((pair) => checkPair(pair, model.features));
    piecesOf(model.calibration);
  } catch (cause) {
    throw new RangeError(`${model.name}.${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function checkShapes({ features, shapes, intercept }: LearnedModel): void {
  if (!Number.isFinite(intercept)) throw new RangeError('intercept: not finite');
  if (features.length === 0) throw new RangeError('features: none');
  if (new Set(features).size !== features.length) throw new RangeError('features: one is named twice');
  if (shapes.length !== features.length) {
    throw new RangeError(`shapes: ${shapes.length} for ${features.length} features`);
  }
  shapes.forEach(({ edges, logits }, index) => {
    const name = features[index] ?? String(index);
    checkEdges(name, edges);
    checkTable(name, logits, binsOf(edges));
  });
}

function checkPair({ features: [first, second], edges, logits }: PairShape, names: readonly string[]): void {
  const name = `${names[first] ?? '?'} × ${names[second] ?? '?'}`;
  if (names[first] === undefined || names[second] === undefined || first === second) {
    throw new RangeError(`${name}: ${first} and ${second} are not two of the features`);
  }
  edges.forEach((ofOne) => {
    checkEdges(name, ofOne);
  });
  checkTable(name, logits, binsOf(edges[0]) * binsOf(edges[1]));
}

function checkEdges(name: string, edges: readonly number[]): void {
  edges.forEach((edge, index) => {
    if (!Number.isFinite(edge)) throw new RangeError(`${name}: an edge is not finite`);
    const before = edges[index - 1] ?? Number.NEGATIVE_INFINITY;
    if (!(before < edge)) throw new RangeError(`${name}: edges must rise, ${before} stands before ${edge}`);
  });
}

function checkTable(name: string, logits: readonly number[], bins: number): void {
  if (logits.length !== bins) throw new RangeError(`${name}: ${logits.length} values for ${bins} bins`);
  if (!logits.every(Number.isFinite)) throw new RangeError(`${name}: a value is not finite`);
}

import type { LogitMap } from './beta.ts';

/** Neighbours in the order of their scores for which one rate is all that can be said. */
export interface Block {
  /** Lowest and highest score. */
  readonly from: number;
  readonly to: number;
  readonly rows: number;
  readonly ones: number;
}

/** Pool adjacent violators (Ayer et al., 1955): the rising rates that fit best. Rows with equal scores are in one block. */
export function poolAdjacentViolators(scores: ArrayLike<number>, labels: ArrayLike<number>): readonly Block[] {
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row).toSorted(
    (a, b) => at(scores, a) - at(scores, b),
  );
  const blocks: Block[] = [];
  let tie: { from: number; to: number; rows: number; ones: number } | null = null;
  for (const row of order) {
    if (tie !== null && tie.to === at(scores, row)) {
      tie.rows += 1;
      tie.ones += at(labels, row);
      continue;
    }
    if (tie !== null) push(blocks, tie);
    tie = { from: at(scores, row), to: at(scores, row), rows: 1, ones: at(labels, row) };
  }
  if (tie !== null) push(blocks, tie);
  return blocks;
}

/** A block with fewer rows goes together with its neighbour: its rate is chance, and 0 or 1 at the ends. */
const MIN_BLOCK_ROWS = 20;

/**
 * Isotonic calibration (Zadrozny and Elkan, 2002): flat over each pooled block, straight lines between them. Rates have
 * half a row of each kind more (Krichevsky and Trofimov), so that log-odds are finite.
 */
export function isotonicCalibration(logits: ArrayLike<number>, labels: ArrayLike<number>): LogitMap {
  const blocks = withoutSmall(poolAdjacentViolators(logits, labels));
  let highest = Number.NEGATIVE_INFINITY;
  const points = blocks.flatMap(({ from, to, rows, ones }) => {
    highest = Math.max(highest, Math.log((ones + 0.5) / (rows - ones + 0.5)));
    return [from, to].map((score) => ({ score, logit: highest }));
  });
  return (logit) => {
    const above = points.findIndex(({ score }) => logit < score);
    const [left, right] = above === -1 ? [points.at(-1), undefined] : [points[above - 1], points[above]];
    if (left === undefined || right === undefined) return (left ?? right)?.logit ?? logit;
    return left.logit + ((logit - left.score) / (right.score - left.score)) * (right.logit - left.logit);
  };
}

function withoutSmall(blocks: readonly Block[]): readonly Block[] {
  const large: Block[] = [];
  for (const block of blocks) {
    const last = large.at(-1);
    if (last !== undefined && Math.min(last.rows, block.rows) < MIN_BLOCK_ROWS)
      large[large.length - 1] = together(last, block);
    else large.push(block);
  }
  return large;
}

function push(blocks: Block[], block: Block): void {
  let pooled = block;
  for (
    let last = blocks.at(-1);
    last !== undefined && last.ones * pooled.rows >= pooled.ones * last.rows;
    last = blocks.at(-1)
  ) {
    pooled = together(last, pooled);
    blocks.pop();
  }
  blocks.push(pooled);
}

function together(low: Block, high: Block): Block {
  return { from: low.from, to: high.to, rows: low.rows + high.rows, ones: low.ones + high.ones };
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}

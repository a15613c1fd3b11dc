import type { LogitMap } from './beta.ts';

/** Neighbours in the order of their scores for which one rate is all that can be said. */
export interface Block {
  /** Mean score. */
  readonly score: number;
  readonly rows: number;
  readonly ones: number;
}

/** Pool adjacent violators (Ayer et al., 1955): the rising rates that fit best. Rows with equal scores are in one block. */
export function poolAdjacentViolators(scores: ArrayLike<number>, labels: ArrayLike<number>): readonly Block[] {
  const order = Uint32Array.from({ length: scores.length }, (_, row) => row).toSorted(
    (a, b) => at(scores, a) - at(scores, b),
  );
  const blocks: Block[] = [];
  let tie: { score: number; rows: number; ones: number } | null = null;
  for (const row of order) {
    if (tie !== null && tie.score === at(scores, row)) {
      tie.rows += 1;
      tie.ones += at(labels, row);
      continue;
    }
    if (tie !== null) push(blocks, tie);
    tie = { score: at(scores, row), rows: 1, ones: at(labels, row) };
  }
  if (tie !== null) push(blocks, tie);
  return blocks;
}

/**
 * Isotonic calibration (Zadrozny and Elkan, 2002): straight lines between the middles of pooled blocks, flat outside. Rates have
 * half a row of each kind more (Krichevsky and Trofimov), so that log-odds are finite.
 */
export function isotonicCalibration(logits: ArrayLike<number>, labels: ArrayLike<number>): LogitMap {
  const blocks = poolAdjacentViolators(logits, labels);
  let highest = Number.NEGATIVE_INFINITY;
  const points = blocks.map(({ score, rows, ones }) => {
    highest = Math.max(highest, Math.log((ones + 0.5) / (rows - ones + 0.5)));
    return { score, logit: highest };
  });
  return (logit) => {
    const above = points.findIndex(({ score }) => logit < score);
    const [left, right] = above === -1 ? [points.at(-1), undefined] : [points[above - 1], points[above]];
    if (left === undefined || right === undefined) return (left ?? right)?.logit ?? logit;
    return left.logit + ((logit - left.score) / (right.score - left.score)) * (right.logit - left.logit);
  };
}

function push(blocks: Block[], block: Block): void {
  let pooled = block;
  for (
    let last = blocks.at(-1);
    last !== undefined && last.ones * pooled.rows >= pooled.ones * last.rows;
    last = blocks.at(-1)
  ) {
    const rows = last.rows + pooled.rows;
    const score = (last.score * last.rows + pooled.score * pooled.rows) / rows;
    pooled = { score, rows, ones: last.ones + pooled.ones };
    blocks.pop();
  }
  blocks.push(pooled);
}

function at(values: ArrayLike<number>, index: number): number {
  return values[index] ?? 0;
}

import { seededRandom } from '@hub/intelligence/training';

export interface Fold {
  /** Rows to be judged. */
  readonly inside: readonly number[];
  /** Rows to learn from. */
  readonly outside: readonly number[];
}

/** Each row is inside one fold; positives are spread evenly. */
export function foldsOf(labels: ArrayLike<number>, folds: number, seed: number): readonly Fold[] {
  const random = seededRandom(seed);
  const shuffled = Array.from(labels, (label, row) => ({ label, row, place: random() })).toSorted(
    (a, b) => a.label - b.label || a.place - b.place,
  );
  const foldOf = new Uint8Array(labels.length);
  for (const [at, { row }] of shuffled.entries()) foldOf[row] = at % folds;
  return Array.from({ length: folds }, (_, fold) => {
    const rows = (isInside: boolean) => [...foldOf.keys()].filter((row) => (foldOf[row] === fold) === isInside);
    return { inside: rows(true), outside: rows(false) };
  });
}

import { type Reason, reasonOf } from '@hub/contracts';
import type { Decision } from './model/decisions.ts';

export function sigmoid(logit: number): number {
  return 1 / (1 + Math.exp(-logit));
}

/**
 * What moved a score away from the ordinary lead, strongest first. With the intercept they sum to the logit: terms
 * left out contribute 0.
 */
export function reasonsOf({ terms, contributions }: Decision, features: Float64Array): Reason[] {
  return strongest(contributions, terms.length).map((index) =>
    reasonOf(terms, features, index, contributions[index] ?? 0),
  );
}

/**
 * The few strongest of `reasonsOf`. The last of them is the strongest of the other direction where the rest all push one
 * way: what speaks against odds belongs beside what speaks for them.
 */
export function topReasons({ terms, contributions }: Decision, features: Float64Array, atMost: number): Reason[] {
  const indexes = withOtherSide(contributions, strongest(contributions, atMost));
  return indexes.map((index) => reasonOf(terms, features, index, contributions[index] ?? 0));
}

function withOtherSide(contributions: Float64Array, indexes: readonly number[]): readonly number[] {
  const raises = (index: number): boolean => (contributions[index] ?? 0) > 0;
  const first = indexes[0];
  if (first === undefined || indexes.length < 2 || indexes.some((index) => raises(index) !== raises(first))) {
    return indexes;
  }
  const against = strongestAgainst(contributions, raises(first) ? 1 : -1);
  return against === null ? indexes : [...indexes.slice(0, -1), against];
}

/** Indexes of the largest that are not 0, by size without sign; of equal ones the earlier first. */
function strongest(contributions: Float64Array, atMost: number): readonly number[] {
  const indexes: number[] = [];
  let least = 0;
  for (let index = 0; index < contributions.length; index += 1) {
    const size = Math.abs(contributions[index] ?? 0);
    if (size <= least && (size === 0 || indexes.length === atMost)) continue;
    let place = Math.min(indexes.length, atMost - 1);
    for (; place > 0 && Math.abs(contributions[indexes[place - 1] ?? -1] ?? 0) < size; place -= 1) {
      indexes[place] = indexes[place - 1] ?? 0;
    }
    indexes[place] = index;
    if (indexes.length === atMost) least = Math.abs(contributions[indexes[atMost - 1] ?? -1] ?? 0);
  }
  return indexes;
}

/** Index of the largest of the other sign; null where there is none. */
function strongestAgainst(contributions: Float64Array, sign: 1 | -1): number | null {
  let strongestSoFar = 0;
  let found: number | null = null;
  for (let index = 0; index < contributions.length; index += 1) {
    const against = -sign * (contributions[index] ?? 0);
    if (against <= strongestSoFar) continue;
    strongestSoFar = against;
    found = index;
  }
  return found;
}

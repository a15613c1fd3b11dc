import type { Row } from '../api/rows.ts';
import { compareIn, isIn, type View } from './views.ts';

export type Rows = ReadonlyMap<string, Row>;
/** Lead ids, first row first. */
export type Order = readonly string[];

export function orderOf(rows: Rows, view: View): Order {
  return [...rows.values()]
    .filter((row) => isIn(view, row))
    .toSorted(compareIn(view))
    .map(({ leadId }) => leadId);
}

/** `orderOf` after some rows changed, in one pass: the others are in order already. */
export function reordered(order: Order, rows: Rows, changed: ReadonlySet<string>, view: View): Order {
  const compare = compareIn(view);
  const moving = [...changed]
    .map((leadId) => rows.get(leadId))
    .filter((row) => row !== undefined)
    .filter((row) => isIn(view, row))
    .toSorted(compare);
  const merged: string[] = [];
  let next = moving.shift();
  for (const leadId of order) {
    const row = rows.get(leadId);
    if (row === undefined || changed.has(leadId)) continue;
    while (next !== undefined && compare(next, row) < 0) {
      merged.push(next.leadId);
      next = moving.shift();
    }
    merged.push(leadId);
  }
  for (; next !== undefined; next = moving.shift()) merged.push(next.leadId);
  return merged;
}

/** The smallest number of rows that would appear, vanish or change place on the way from one order to another. */
export function changesBetween(shown: Order, wanted: Order): number {
  const places = new Map(shown.map((leadId, index) => [leadId, index]));
  const kept = wanted.map((leadId) => places.get(leadId)).filter((place) => place !== undefined);
  const appearing = wanted.length - kept.length;
  const vanishing = shown.length - kept.length;
  return appearing + vanishing + kept.length - longestRise(kept);
}

/** Length of the longest rising subsequence: the rows that can stay where they are. */
function longestRise(places: readonly number[]): number {
  const lowestEnds: number[] = [];
  for (const place of places) {
    let low = 0;
    let high = lowestEnds.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((lowestEnds[middle] ?? 0) < place) low = middle + 1;
      else high = middle;
    }
    lowestEnds[low] = place;
  }
  return lowestEnds.length;
}

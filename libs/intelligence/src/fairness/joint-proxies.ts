import { logisticLogits, trainLogistic } from '../training/logistic.ts';
import { rowsOf } from '../training/tables.ts';
import type { Column, TrainingTable } from '../training/training-table.ts';
import { type Bins, binsOf } from './attribute-bins.ts';
import { giniOf } from './gini.ts';
import { MIN_KNOWN, type Proxy, PROXY_THRESHOLD } from './proxies.ts';

/** What all inputs together are called in a report. */
export const ALL_INPUTS = 'all inputs together';

/** Levels of an attribute that are tried: the commonest, each held by at least so many leads. */
const MAX_LEVELS = 8;
const MIN_OF_LEVEL = 50;

/** Strong enough that a thousand leads do not let a hundred weights run wild. */
const L2 = 20;

/**
 * Which barred attributes all inputs tell together, though none may tell them alone: for each common level, a logistic
 * regression learns it from every other lead and is judged on those between, by 2 AUC - 1 less three standard errors.
 * @param attributes As in `proxiesOf`; those that it cannot judge are left out here.
 */
export function jointProxiesOf(
  { columns }: { readonly columns: readonly Column[] },
  attributes: readonly Column[],
  threshold = PROXY_THRESHOLD,
): readonly Proxy[] {
  return attributes
    .map((attribute) => ({
      feature: ALL_INPUTS,
      attribute: attribute.name,
      association: told(columns, attribute),
      by: 'gini' as const,
    }))
    .filter(({ association }) => association > threshold)
    .toSorted((a, b) => b.association - a.association);
}

function told(columns: readonly Column[], attribute: Column): number {
  const bins = binsOf(attribute);
  const rows = [...bins.of.keys()].filter((row) => (bins.of[row] ?? -1) >= 0);
  if (rows.length < MIN_KNOWN) return 0;
  const learnt = rows.filter((_, index) => index % 2 === 0);
  const judged = rows.filter((_, index) => index % 2 === 1);
  return commonLevels(bins).reduce((strongest, level) => {
    const table = tableOf(columns, bins, level);
    const model = trainLogistic(rowsOf(table, learnt), { l2: L2 });
    const held = rowsOf(table, judged);
    return Math.max(strongest, giniOf(held.labels, logisticLogits(model, held)));
  }, 0);
}

function commonLevels({ counts }: Bins): readonly number[] {
  return [...counts.keys()]
    .filter((level) => (counts[level] ?? 0) >= MIN_OF_LEVEL)
    .toSorted((a, b) => (counts[b] ?? 0) - (counts[a] ?? 0))
    .slice(0, MAX_LEVELS);
}

function tableOf(columns: readonly Column[], { of }: Bins, level: number): TrainingTable {
  const labels = Uint8Array.from(of, (bin) => Number(bin === level));
  return { columns, labels, atMs: new Float64Array(0), groups: new Int32Array(0) };
}

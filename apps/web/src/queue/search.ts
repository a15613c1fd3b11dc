import type { Row } from '../api/rows.ts';

/** Leads whose name has every word of the query, best match first; words match at their start before elsewhere. */
export function leadsNamed(rows: Iterable<Row>, query: string, limit: number): readonly Row[] {
  const words = folded(query).split(' ').filter(Boolean);
  if (words.length === 0) return [];
  const found: { row: Row; rank: number; name: string }[] = [];
  for (const row of rows) {
    const name = folded(row.name);
    if (!words.every((word) => name.includes(word))) continue;
    const rank = words.filter((word) => !` ${name}`.includes(` ${word}`)).length;
    found.push({ row, rank, name });
  }
  return found
    .toSorted((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))
    .slice(0, limit)
    .map(({ row }) => row);
}

/** Without accents, case and repeated spaces: Nuñez is found as "nunez". */
function folded(text: string): string {
  // Most names are plain, and thousands of them are folded at every key press.
  const plain = PLAIN.test(text) ? text : text.normalize('NFD').replaceAll(/\p{Mark}/gu, '');
  return plain.toLowerCase().replaceAll(/\s+/g, ' ').trim();
}

const PLAIN = /^[ -~]*$/;

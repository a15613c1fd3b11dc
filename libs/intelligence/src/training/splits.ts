import { rowsOf } from './tables.ts';
import type { TrainingTable } from './training-table.ts';

export interface ForwardSplit {
  /** One table per part, in the order of time. */
  readonly parts: readonly TrainingTable[];
  /** Rows that are in none: they lie after a border that their lead began before, or their label was not known by it. */
  readonly dropped: number;
}

/**
 * Cuts a table at borders in time. A lead belongs to the part in which its first row lies and is in no other, so its rows behind
 * the next border are left out; so are rows whose label is known only after that border.
 * @param borders Epoch ms, ascending; a row at a border lies behind it.
 * @param horizonMs From a row's time to that at which its label is known.
 * @throws RangeError when borders do not rise or the table has no time.
 */
export function splitForward(table: TrainingTable, borders: readonly number[], horizonMs = 0): ForwardSplit {
  if (table.atMs.length !== table.labels.length)
    throw new RangeError('a table without time cannot be split forward in time');
  if (borders.some((border, at) => at > 0 && !(border > (borders[at - 1] ?? border))))
    throw new RangeError('borders must rise');
  const first = firstTimes(table);
  const partOf = (atMs: number) => borders.filter((border) => atMs >= border).length;
  const rows = Array.from({ length: borders.length + 1 }, (): number[] => []);
  for (const [row, atMs] of table.atMs.entries()) {
    const part = partOf(first.get(table.groups[row] ?? row) ?? atMs);
    const isKnown = atMs < (borders[part] ?? Number.POSITIVE_INFINITY) - (part < borders.length ? horizonMs : 0);
    if (isKnown) rows[part]?.push(row);
  }
  const parts = rows.map((of) => rowsOf(table, of));
  return { parts, dropped: table.labels.length - parts.reduce((sum, { labels }) => sum + labels.length, 0) };
}

/**
 * Borders such that parts hold about these shares of the leads, by when they began.
 * @param shares Of all parts; they are taken in proportion.
 */
export function bordersOf(table: TrainingTable, shares: readonly number[]): readonly number[] {
  const times = Float64Array.from(firstTimes(table).values()).toSorted();
  const all = shares.reduce((sum, share) => sum + share, 0);
  let sofar = 0;
  const borders = shares.slice(0, -1).map((share) => {
    sofar += share / all;
    return times[Math.min(times.length - 1, Math.round(sofar * times.length))] ?? 0;
  });
  return [...new Set(borders)];
}

function firstTimes({ atMs, groups }: TrainingTable): ReadonlyMap<number, number> {
  const first = new Map<number, number>();
  for (const [row, time] of atMs.entries()) {
    const lead = groups[row] ?? row;
    first.set(lead, Math.min(time, first.get(lead) ?? time));
  }
  return first;
}

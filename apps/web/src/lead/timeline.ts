import type { TimelineEntry } from '../api/rows.ts';

/** Two parts of a timeline as one, newest first; an entry in both is taken from `page`. */
export function joined(known: readonly TimelineEntry[], page: readonly TimelineEntry[]): readonly TimelineEntry[] {
  const entries = new Map([...known, ...page].map((entry) => [entry.eventId, entry]));
  return [...entries.values()].toSorted((a, b) => b.atMs - a.atMs || (a.eventId < b.eventId ? 1 : -1));
}

/** What was received, readable: JSON indented, anything else as it came. */
export function bodyText(body: unknown): string {
  if (typeof body !== 'string') return JSON.stringify(body, null, 2) ?? 'nothing was kept';
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    // Not JSON: an accepted webhook may hold anything.
    return body;
  }
}

import type { Row } from '../api/rows.ts';
import type { Rows } from './order.ts';

/** What happened since somebody who listens to the page was last told. */
export interface News {
  readonly turnedHot: readonly string[];
  readonly appeared: number;
}

export const NO_NEWS: News = { turnedHot: [], appeared: 0 };

/** Least time between two announcements. */
export const QUIET_MS = 5_000;

/** Adds what rows say that came in after `known`. Changes of numbers are no news: they never end. */
export function newsWith(news: News, known: Rows, incoming: readonly Row[]): News {
  const turnedHot = new Set(news.turnedHot);
  let appeared = news.appeared;
  for (const row of incoming) {
    const before = known.get(row.leadId);
    if (before === undefined) appeared += 1;
    if (row.version <= (before?.version ?? 0)) continue;
    if (row.band === 'hot' && before?.band !== 'hot') turnedHot.add(row.name);
  }
  return { turnedHot: [...turnedHot], appeared };
}

/** One sentence for everything; null when there is nothing to tell. */
export function newsWords({ turnedHot, appeared }: News): string | null {
  const [first, ...others] = turnedHot;
  const hot = first !== undefined && (others.length === 0 ? `${first} is hot now.` : hotWords(first, others.length));
  const leads = appeared > 0 && `${appeared} new ${appeared === 1 ? 'lead' : 'leads'}.`;
  return [hot, leads].filter(Boolean).join(' ') || null;
}

function hotWords(first: string, others: number): string {
  return `${first} and ${others} ${others === 1 ? 'other' : 'others'} are hot now.`;
}

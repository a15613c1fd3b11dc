import { randomUUID } from 'node:crypto';
import type { LeadRow } from '../lead-rows.ts';
import { readPage } from './quiet-page.ts';
import { endTurns, takeTurns, type Turn } from './rounds.ts';
import { publishStanding, sweepLeads, type Sweeping, type Swept } from './sweep-leads.ts';

const PAGE_LEADS = 512;
const PAGE_TENANTS = 16;
/** Of the time between rounds: a decision younger than that when a round begins is left for the next round. */
const SETTLED_SHARE = 1 / 6;

/**
 * The next page of leads of whom nothing was heard, of as many tenants as are due and nobody else is at.
 * @param everyMs Time from one round through a tenant's leads to the next.
 * @returns null when no tenant is due.
 * @throws as `sweepLeads`; the turns taken are free again when their lease ends, and go on where they were.
 */
export async function sweepPage(sweeping: Sweeping, everyMs: number, nowMs: number): Promise<Swept | null> {
  const { database } = sweeping;
  const lease = randomUUID();
  const turns = await takeTurns(database, lease, { nowMs, dueBeforeMs: nowMs - everyMs, most: PAGE_TENANTS });
  if (turns.length === 0) return null;
  const { rows, progress } = await readPage(database, turns, everyMs * SETTLED_SHARE, PAGE_LEADS);
  const { decided = [], quiet = [] } = sorted(rows, turns);
  await publishStanding(decided, sweeping);
  const swept = await sweepLeads(quiet, sweeping, nowMs);
  await endTurns(database, lease, progress);
  return swept;
}

/** Leads that a round has decided on already, and those whose turn it is. */
function sorted(rows: readonly LeadRow[], turns: readonly Turn[]): Partial<Record<'decided' | 'quiet', LeadRow[]>> {
  const beganAtMs = new Map(turns.map((turn) => [turn.tenantId, turn.beganAtMs]));
  return Object.groupBy(rows, ({ tenantId, summary }) =>
    summary !== null && summary.scoredAtMs >= (beganAtMs.get(tenantId) ?? Infinity) ? 'decided' : 'quiet',
  );
}

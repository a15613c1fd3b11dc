import type { CrmEvent, Lead } from './leads.ts';

const DAY_MS = 86_400_000;
/** Events of the outcome share its instant, and some are written a moment before it. */
const OUTCOME_MS = 1_000;

/** By the clock, never at events: the last event before a lead is given up is the one that gives it up. */
export const SNAPSHOT_DAYS = [1, 3, 7, 14, 21];

/** A lead as it was known at a moment. */
export interface Snapshot {
  readonly lead: Lead;
  readonly days: number;
  readonly atMs: number;
  /** Strictly before `atMs`, in the order of time. */
  readonly seen: readonly CrmEvent[];
}

/** Of each lead, every snapshot at which it was still open. */
export function snapshotsOf(leads: readonly Lead[]): readonly Snapshot[] {
  return leads.flatMap((lead) =>
    SNAPSHOT_DAYS.map((days) => snapshotAt(lead, days)).filter(({ atMs }) => !(lead.outcomeAtMs <= atMs)),
  );
}

function snapshotAt(lead: Lead, days: number): Snapshot {
  const atMs = lead.submittedAtMs + days * DAY_MS;
  const cutMs = Number.isNaN(lead.outcomeAtMs) ? atMs : Math.min(atMs, lead.outcomeAtMs - OUTCOME_MS);
  return { lead, days, atMs, seen: lead.events.filter((event) => event.atMs < cutMs) };
}

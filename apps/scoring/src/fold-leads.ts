import { emptyState, fold, foldAll, isLate, type LeadState } from '@hub/intelligence';
import { byTime, type LeadEvent } from '@hub/contracts';
import { type LeadFacts, withContact, withEvent } from './facts.ts';
import type { EventToApply } from './sort-webhooks.ts';
import type { LeadRow } from './lead-rows.ts';

/** One lead after its new webhooks. */
export interface FoldedLead {
  readonly row: LeadRow;
  readonly state: LeadState;
  readonly facts: LeadFacts;
  readonly applied: readonly EventToApply[];
}

/** Whether an event came late, or the stored state was folded by a build whose features meant something else. */
export function needsRefold(row: LeadRow, applied: readonly EventToApply[]): boolean {
  const { state } = row;
  if (state === null) return false;
  return state.shape !== emptyState().shape || eventsOf(applied).some((event) => isLate(state, event));
}

/**
 * Brings a lead forward by its new webhooks.
 * @param earlier All stored events of the lead when one of the new ones is late, else null.
 */
export function foldLead(
  row: LeadRow,
  applied: readonly EventToApply[],
  earlier: readonly LeadEvent[] | null,
): FoldedLead {
  const fresh = eventsOf(applied).toSorted(byTime);
  const state =
    earlier === null ? fresh.reduce(fold, row.state ?? emptyState()) : foldAll([...earlier, ...fresh].toSorted(byTime));
  return { row, state, facts: applied.reduce(applyFacts, row.facts), applied };
}

function applyFacts(facts: LeadFacts, applied: EventToApply): LeadFacts {
  if (applied.lead === null) return facts;
  const { contact, events } = applied.lead;
  const shown = contact === null ? facts : withContact(facts, contact, applied.atMs, applied.webhook.eventId);
  return events.reduce(withEvent, shown);
}

function eventsOf(applied: readonly EventToApply[]): LeadEvent[] {
  return applied.flatMap((one) => one.lead?.events ?? []);
}

import type { LeadEvent } from '@hub/contracts';
import { fold, inOrder } from '../features/fold.ts';
import { emptyState, type LeadState } from '../features/state.ts';

/** A lead at one moment, with what came after it. */
export interface Moment {
  readonly atMs: number;
  /** Of all events up to the moment, by the time they happened. */
  readonly state: LeadState;
  /** Whether the lead's record was deleted by then. */
  readonly isDeleted: boolean;
  /** Events after the moment, by time. */
  readonly later: readonly LeadEvent[];
  /** What happened up to here is known: the end of the log, or where the lead was deleted. */
  readonly observedUntilMs: number;
}

/**
 * A lead at several moments.
 * @param events In any order; of repeated ids the earliest counts.
 * @param times Ascending, epoch ms.
 * @param untilMs What happened after it is not known, and not looked at.
 */
export function* momentsOf(events: readonly LeadEvent[], times: readonly number[], untilMs: number): Generator<Moment> {
  const all = inOrder(events).filter(({ atMs }) => atMs <= untilMs);
  let state = emptyState();
  let isDeleted = false;
  let next = 0;
  for (const atMs of times) {
    for (let event = all[next]; event !== undefined && event.atMs <= atMs; event = all[next]) {
      state = fold(state, event);
      isDeleted = deletedAfter(event) ?? isDeleted;
      next += 1;
    }
    const later = all.slice(next);
    const deletion = later.find(({ type }) => type === 'lead.deleted');
    yield { atMs, state, isDeleted, later, observedUntilMs: deletion?.atMs ?? untilMs };
  }
}

function deletedAfter({ type }: LeadEvent): boolean | null {
  if (type === 'lead.deleted') return true;
  return type === 'lead.created' ? false : null;
}

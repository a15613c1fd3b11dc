import { byTime, type LeadEvent } from '@hub/contracts';
import { emptyState, fold, foldAll, isLate, type LeadState } from '@hub/intelligence';
import type { KnownEvent } from './lead-history.ts';

/**
 * What serving held of a lead at each of several times: the state of the events known by then.
 * @param times Ascending, epoch ms.
 */
export function* knownStates(events: readonly KnownEvent[], times: readonly number[]): Generator<LeadState> {
  const waiting = events.toSorted((a, b) => a.knownAtMs - b.knownAtMs);
  const known: LeadEvent[] = [];
  let state = emptyState();
  for (const atMs of times) {
    const from = known.length;
    for (let next = waiting[known.length]; next !== undefined && next.knownAtMs <= atMs; next = waiting[known.length]) {
      known.push(next.event);
    }
    const fresh = known.slice(from).toSorted(byTime);
    const [first] = fresh;
    state = first !== undefined && isLate(state, first) ? foldAll(known) : fresh.reduce(fold, state);
    yield state;
  }
}

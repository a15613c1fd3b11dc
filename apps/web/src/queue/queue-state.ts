import type { Row } from '../api/rows.ts';
import { changesBetween, type Order, orderOf, reordered, type Rows } from './order.ts';
import type { View } from './views.ts';

/** The queue on one screen. */
export interface QueueState {
  readonly rows: Rows;
  readonly view: View;
  /** The order the rows should have. */
  readonly wanted: Order;
  /** The order on the screen: the wanted one, unless it is held. */
  readonly shown: Order;
  readonly held: boolean;
  /** While everything is fetched anew: the rows that were seen since, which will replace all others. */
  readonly refetched: Rows | null;
  /** Whether every page of the list has come once. */
  readonly complete: boolean;
}

export function emptyQueue(view: View): QueueState {
  return { rows: new Map(), view, wanted: [], shown: [], held: false, refetched: null, complete: false };
}

/** Takes in rows from the list or the stream, in any order: a version as old as the known one changes nothing. */
export function withRows(state: QueueState, incoming: readonly Row[]): QueueState {
  const refetched = state.refetched === null ? null : merged(state.refetched, incoming).rows;
  const { rows, changed } = merged(state.rows, incoming);
  if (changed.size === 0) return refetched === null ? state : { ...state, refetched };
  return inOrder({ ...state, rows, refetched, wanted: reordered(state.wanted, rows, changed, state.view) });
}

/** The stream cannot be continued: what comes from now on will replace what is shown, which stays until then. */
export function startedOver(state: QueueState): QueueState {
  return state.rows.size === 0 ? state : { ...state, refetched: new Map() };
}

/** The last page of the list has come. */
export function completed(state: QueueState): QueueState {
  if (state.refetched === null) return { ...state, complete: true };
  const rows = state.refetched;
  return inOrder({ ...state, rows, refetched: null, complete: true, wanted: orderOf(rows, state.view) });
}

/** Another view starts in its own order, whatever was held. */
export function withView(state: QueueState, view: View): QueueState {
  const wanted = orderOf(state.rows, view);
  return { ...state, view, wanted, shown: wanted };
}

export function withHold(state: QueueState, held: boolean): QueueState {
  return state.held === held ? state : inOrder({ ...state, held });
}

/** Brings the screen up to date once, without giving up the hold. */
export function withChangesApplied(state: QueueState): QueueState {
  return state.shown === state.wanted ? state : { ...state, shown: state.wanted };
}

/** Rows that wait to appear, vanish or change place. */
export function changesHeld({ shown, wanted }: QueueState): number {
  return shown === wanted ? 0 : changesBetween(shown, wanted);
}

function inOrder(state: QueueState): QueueState {
  // A screen without rows has none that could move away.
  return state.held && state.shown.length > 0 ? state : { ...state, shown: state.wanted };
}

function merged(known: Rows, incoming: readonly Row[]): { rows: Rows; changed: ReadonlySet<string> } {
  const rows = new Map(known);
  const changed = new Set<string>();
  for (const row of incoming) {
    if (row.version <= (rows.get(row.leadId)?.version ?? 0)) continue;
    rows.set(row.leadId, row);
    changed.add(row.leadId);
  }
  return { rows, changed };
}

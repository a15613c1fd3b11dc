import type { Frame } from './frame.ts';
import type { History } from './history.ts';
import type { ResetReason } from './wire.ts';

/** First and last sequence that the stream keeps; `first` is `last + 1` (or 0) when it keeps nothing. */
export interface StreamBounds {
  readonly firstSequence: number;
  readonly lastSequence: number;
}

/** @returns Why a screen cannot continue after `after`, or null when the stream still has all that follows. */
export function resetReason(after: number, bounds: StreamBounds): ResetReason | null {
  if (after > bounds.lastSequence) return 'unknownSequence';
  return after < bounds.firstSequence - 1 ? 'tooOld' : null;
}

/**
 * The next step of a screen on its way to the live edge.
 * `attach`: send these and deliver live frames from now on, in the same turn, so that nothing fits in between.
 * `read`: send what the stream holds for the tenant after the screen's position up to `upTo`, then ask again.
 */
export type CatchUp =
  | { readonly kind: 'attach'; readonly frames: readonly Frame[] }
  | { readonly kind: 'read'; readonly upTo: number };

export function nextCatchUp(history: History, tenantId: string, position: number): CatchUp {
  const frames = history.since(tenantId, position);
  return frames === null ? { kind: 'read', upTo: history.head } : { kind: 'attach', frames };
}

import type { LeadEvent } from '@hub/contracts';
import type { KnownEvent } from './lead-history.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;
export const START_MS = Date.UTC(2026, 0, 1);

let ids = 0;

/** An event of a person of ours, some days after the start, of which we heard `lateMs` later. */
export function told(type: LeadEvent['type'], days: number, lateMs = 0, more: Partial<LeadEvent> = {}): KnownEvent {
  ids += 1;
  const atMs = Math.round(START_MS + days * DAY_MS);
  const nothing = { channel: null, stage: null, value: null, subjectId: null };
  const event = { id: `e${ids}`, leadId: 'lead', atMs, type, actor: 'agent', direction: 'out', ...nothing } as const;
  return { event: { ...event, ...more }, knownAtMs: atMs + lateMs };
}

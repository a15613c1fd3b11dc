import type { LeadState } from './state.ts';

const DAY_MS = 86_400_000;

/** Where a lead stands, and for how many days silence is normal there. */
export interface Phase {
  readonly name: 'pastClient' | 'working' | 'new' | 'neverTalked' | 'nurture' | 'longTerm';
  readonly silenceDays: number;
}

const PAST_CLIENT: Phase = { name: 'pastClient', silenceDays: 180 };
const WORKING: Phase = { name: 'working', silenceDays: 10 };
const NEW: Phase = { name: 'new', silenceDays: 7 };
const NEVER_TALKED: Phase = { name: 'neverTalked', silenceDays: 21 };
const NURTURE: Phase = { name: 'nurture', silenceDays: 14 };
const LONG_TERM: Phase = { name: 'longTerm', silenceDays: 60 };

/**
 * The phase at `nowMs`. Windows are those that agents' tools use: new 7 days, never talked after a month up to 21,
 * actively working 10, buying within a year 14, later 60, past client 6 months. When a lead means to buy is not in
 * the CRM's events, so the age of the record stands in for it: an assumption.
 */
export function phaseOf(state: LeadState, nowMs: number): Phase {
  const ageDays = (nowMs - (state.firstNewsAtMs ?? nowMs)) / DAY_MS;
  if (state.opportunity === 'won') return PAST_CLIENT;
  if (within(state.lastTalkAtMs, 30, nowMs) || within(state.lastKeptAtMs, 30, nowMs)) return WORKING;
  if (ageDays <= 30) return NEW;
  if (state.leadActs === 0 || state.agentActs === 0) return NEVER_TALKED;
  return ageDays <= 365 ? NURTURE : LONG_TERM;
}

function within(atMs: number | null, days: number, nowMs: number): boolean {
  return atMs !== null && nowMs - atMs <= days * DAY_MS;
}

import type { DecidingModel } from '../api/rows.ts';

const HASH_DIGITS = 8;

const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });

/** What a model is made from: `learned from 12,430 leads up to 3 Oct 2026, checked on 2,310 leads up to 24 Nov 2026`. */
export function originWords({ kind, learned }: DecidingModel): string {
  if (kind === 'prior') return 'hand-set prior';
  if (learned === null) return 'learned from outcomes';
  const { leads, untilMs, checkedLeads, checkedUntilMs } = learned;
  const [from, checked] = [leadsUpTo(leads, untilMs), leadsUpTo(checkedLeads, checkedUntilMs)];
  return `learned from ${from}, checked on ${checked}`;
}

/** What names it: `conversion-7 · 3f9a02bc`. */
export function nameWords({ version, hash }: DecidingModel): string {
  const short = hash.slice(0, HASH_DIGITS);
  return version === null ? short : `${version} · ${short}`;
}

function leadsUpTo(leads: number, untilMs: number): string {
  return `${leads.toLocaleString('en')} leads up to ${day.format(untilMs)}`;
}

import type { Reason } from '@hub/contracts';
import type { FeatureName } from './features/table.ts';

// Browsers load this file by itself: it may import types only.

type Words = (value: number) => string;

const WORDS: Readonly<Record<FeatureName, { readonly known: Words; readonly missing: string }>> = {
  source: {
    known: (level) => (level > 0 ? 'came by referral' : level < 0 ? 'came with an imported list' : 'came by enquiry'),
    missing: 'source unknown',
  },
  opportunityStatus: {
    known: (level) => (level >= 2 ? 'deal won' : level >= 1 ? 'deal open' : level < 0 ? 'deal lost' : 'no deal'),
    missing: 'no deal',
  },
  opportunityValue: { known: (log10) => `deal of ${money(10 ** log10 - 1)}`, missing: 'no deal value' },
  stagesReached: { known: (n) => `${count(n, 'pipeline stage')} reached`, missing: 'no pipeline stage' },
  handOffs: { known: (n) => (n === 0 ? 'never handed over' : `handed over ${times(n)}`), missing: 'no agent' },
  leadActs1d: { known: (n) => acted(n, 'in 24 hours'), missing: 'no activity known' },
  leadActs3d: { known: (n) => acted(n, 'in 3 days'), missing: 'no activity known' },
  leadActs7d: { known: (n) => acted(n, 'in 7 days'), missing: 'no activity known' },
  leadActs30d: { known: (n) => acted(n, 'in 30 days'), missing: 'no activity known' },
  leadActsDecayed: {
    known: (n) => (n >= 3 ? 'active again and again lately' : n >= 0.5 ? 'active lately' : 'little activity lately'),
    missing: 'no activity known',
  },
  agentActs7d: {
    known: (n) => (n === 0 ? 'not contacted in 7 days' : `contacted ${times(n)} in 7 days`),
    missing: 'never contacted',
  },
  agentActsDecayed: {
    known: (n) => (n >= 3 ? 'contacted often lately' : n >= 0.5 ? 'contacted lately' : 'hardly contacted lately'),
    missing: 'never contacted',
  },
  twoWay: { known: (yes) => (yes ? 'has talked with us' : 'no conversation yet'), missing: 'no conversation yet' },
  talks: { known: (n) => (n === 0 ? 'no call with them yet' : `spoke on ${count(n, 'call')}`), missing: 'no calls' },
  talkMinutes: { known: (minutes) => `${span(minutes)} on the phone`, missing: 'no calls' },
  attempts: {
    known: (n) => (n === 0 ? 'no attempt of ours unanswered' : `no reply to ${count(n, 'attempt')}`),
    missing: 'never contacted',
  },
  replyMinutes: { known: (minutes) => `usually replies in ${span(minutes)}`, missing: 'has never replied' },
  appointmentsOpen: {
    known: (n) => (n === 0 ? 'no appointment ahead' : `${count(n, 'appointment')} ahead`),
    missing: 'no appointment ahead',
  },
  appointmentsKept: { known: (n) => appointments(n, 'kept'), missing: 'no appointment kept' },
  appointmentsMissed: { known: (n) => appointments(n, 'missed'), missing: 'no appointment missed' },
  appointmentsCancelled: { known: (n) => appointments(n, 'cancelled'), missing: 'no appointment cancelled' },
  optedOut: { known: (yes) => (yes ? 'asked not to be contacted' : 'may be contacted'), missing: 'may be contacted' },
  ageDays: { known: (days) => `known for ${span(days * DAY)}`, missing: 'not known yet' },
  daysSinceSign: { known: (days) => `last heard from them ${ago(days * DAY)}`, missing: 'never heard from them' },
  daysSinceAgentAct: { known: (days) => `last contacted ${ago(days * DAY)}`, missing: 'never contacted' },
  daysSinceKept: { known: (days) => `last met ${ago(days * DAY)}`, missing: 'never met' },
  daysInStage: { known: (days) => `in this stage for ${span(days * DAY)}`, missing: 'no pipeline stage' },
  firstResponseMinutes: {
    known: (minutes) => `first answered by us after ${span(minutes)}`,
    missing: 'not answered by us yet',
  },
  weOweHours: { known: (hours) => `has waited ${span(hours * 60)} for our answer`, missing: 'nothing waits for us' },
  theyOweDays: { known: (days) => `no answer to us for ${span(days * DAY)}`, missing: 'nothing waits for them' },
  silenceShare: {
    known: (share) =>
      share >= 1 ? 'silent longer than is normal at this point' : `silent for ${percent(share)} of what is normal`,
    missing: 'nothing waits for them',
  },
};

/** A reason as a person would say it: "no reply to 4 attempts", "last heard from them 2 h ago". */
export function describeReason({ feature, value }: Pick<Reason, 'feature' | 'value'>): string {
  if (!Object.hasOwn(WORDS, feature)) return feature;
  const { known, missing } = WORDS[feature as FeatureName];
  return value === null ? missing : known(value);
}

const DAY = 24 * 60;

/** A length of time given in minutes, in its largest fitting unit: "5 min", "3 h", "2 days", "7 weeks", "2 years". */
export function span(minutes: number): string {
  if (minutes < 1) return 'under 1 min';
  if (minutes < 60) return `${Math.floor(minutes)} min`;
  if (minutes < DAY) return `${Math.floor(minutes / 60)} h`;
  const days = Math.floor(minutes / DAY);
  if (days < 21) return count(days, 'day');
  if (days < 90) return count(Math.floor(days / 7), 'week');
  return days < 730 ? count(Math.round(days / 30.44), 'month') : count(Math.floor(days / 365.25), 'year');
}

function ago(minutes: number): string {
  return minutes < 1 ? 'just now' : `${span(minutes)} ago`;
}

function times(n: number): string {
  return n === 1 ? 'once' : n === 2 ? 'twice' : `${n} times`;
}

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function acted(n: number, when: string): string {
  return n === 0 ? `not active ${when}` : `active ${n >= 20 ? '20 times or more' : times(n)} ${when}`;
}

function appointments(n: number, what: string): string {
  return n === 0 ? `no appointment ${what}` : `${what} ${count(n, 'appointment')}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function money(amount: number): string {
  if (amount < 1_000) return String(Math.round(amount));
  return amount < 999_500 ? `${Math.round(amount / 1_000)}k` : `${(amount / 1_000_000).toFixed(1)}M`;
}

import type { Reason, ThinEvidence } from '@hub/contracts';
import type { MachineReason } from './features/machines.ts';
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
  stage: { known: (n) => `in the ${ordinal(n)} pipeline stage of theirs`, missing: 'no pipeline stage' },
  stagesReached: { known: (n) => `${count(n, 'pipeline stage')} reached`, missing: 'no pipeline stage' },
  handOffs: { known: (n) => (n === 0 ? 'never handed over' : `handed over ${times(n)}`), missing: 'no agent' },
  leadActs1d: { known: (n) => acted(n, 'in 24 hours'), missing: 'no activity known' },
  leadActs3d: { known: (n) => acted(n, 'in 3 days'), missing: 'no activity known' },
  leadActs7d: { known: (n) => acted(n, 'in 7 days'), missing: 'no activity known' },
  leadActs30d: { known: (n) => acted(n, 'in 30 days'), missing: 'no activity known' },
  leadActsDecayed1d: { known: (n) => activity(n, 'these hours'), missing: 'no activity known' },
  leadActsDecayed3d: { known: (n) => activity(n, 'these days'), missing: 'no activity known' },
  leadActsDecayed: { known: (n) => activity(n, 'lately'), missing: 'no activity known' },
  leadActsDecayed30d: { known: (n) => activity(n, 'in recent weeks'), missing: 'no activity known' },
  agentActs1d: { known: (n) => contacted(n, 'in 24 hours'), missing: 'never contacted' },
  agentActs3d: { known: (n) => contacted(n, 'in 3 days'), missing: 'never contacted' },
  agentActs7d: { known: (n) => contacted(n, 'in 7 days'), missing: 'never contacted' },
  agentActs30d: { known: (n) => contacted(n, 'in 30 days'), missing: 'never contacted' },
  agentActsDecayed1d: { known: (n) => attention(n, 'these hours'), missing: 'never contacted' },
  agentActsDecayed3d: { known: (n) => attention(n, 'these days'), missing: 'never contacted' },
  agentActsDecayed: { known: (n) => attention(n, 'lately'), missing: 'never contacted' },
  agentActsDecayed30d: { known: (n) => attention(n, 'in recent weeks'), missing: 'never contacted' },
  clicks7d: {
    known: (n) => (n === 0 ? 'followed no link of ours in 7 days' : `followed ${count(n, 'link')} of ours in 7 days`),
    missing: 'followed no link of ours',
  },
  twoWay: { known: (yes) => (yes ? 'has talked with us' : 'no conversation yet'), missing: 'no conversation yet' },
  talks: { known: (n) => (n === 0 ? 'no call with them yet' : `spoke on ${count(n, 'call')}`), missing: 'no calls' },
  talkMinutes: { known: (minutes) => `${span(minutes)} on the phone`, missing: 'no calls' },
  attempts: {
    known: (n) => (n === 0 ? 'no attempt of ours unanswered' : `no reply to ${count(n, 'attempt')}`),
    missing: 'never contacted',
  },
  replyMinutes: { known: (minutes) => `usually replies in ${span(minutes)}`, missing: 'has never replied' },
  ourReplyMinutes: {
    known: (minutes) => `usually answered by us in ${span(minutes)}`,
    missing: 'never answered by us',
  },
  documentsSent: {
    known: (n) => (n === 0 ? 'no document sent' : `${count(n, 'document')} sent`),
    missing: 'no document sent',
  },
  appointmentsOpen: {
    known: (n) => (n === 0 ? 'no appointment ahead' : `${count(n, 'appointment')} ahead`),
    missing: 'no appointment ahead',
  },
  appointmentsBooked: {
    known: (n) => (n === 0 ? 'no appointment yet' : `${count(n, 'appointment')} made so far`),
    missing: 'no appointment yet',
  },
  appointmentsKept: { known: (n) => appointments(n, 'kept'), missing: 'no appointment kept' },
  appointmentsMissed: { known: (n) => appointments(n, 'missed'), missing: 'no appointment missed' },
  appointmentsCancelled: { known: (n) => appointments(n, 'cancelled'), missing: 'no appointment cancelled' },
  optedOut: { known: (yes) => (yes ? 'asked not to be contacted' : 'may be contacted'), missing: 'may be contacted' },
  ageDays: { known: (days) => `known for ${span(days * DAY)}`, missing: 'not known yet' },
  daysSinceEvent: { known: (days) => `last news of them ${ago(days * DAY)}`, missing: 'no news of them' },
  daysSinceSign: { known: (days) => `last heard from them ${ago(days * DAY)}`, missing: 'never heard from them' },
  daysSinceLeadAct: { known: (days) => `last wrote or rang ${ago(days * DAY)}`, missing: 'never wrote or rang' },
  daysSinceAgentAct: { known: (days) => `last contacted ${ago(days * DAY)}`, missing: 'never contacted' },
  daysSinceAppointment: {
    known: (days) => `last appointment ${ago(days * DAY)}`,
    missing: 'no appointment yet',
  },
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
  longestGapDays: { known: (days) => `once ${span(days * DAY)} without contact`, missing: 'no contact between us yet' },
  latestGapDays: {
    known: (days) => `${span(days * DAY)} between the last two contacts`,
    missing: 'no contact between us yet',
  },
  meanGapDays: { known: (days) => `in contact about every ${span(days * DAY)}`, missing: 'no contact between us yet' },
  hour: { known: (hours) => `time of day now: ${clock(hours)}`, missing: 'time of day unknown' },
  weekday: { known: (day) => `day of the week now: ${weekday(day)}`, missing: 'weekday unknown' },
  leadActHour: { known: (hours) => `last wrote or rang at ${clock(hours)}`, missing: 'never wrote or rang' },
  leadActWeekday: { known: (day) => `last wrote or rang on a ${weekday(day)}`, missing: 'never wrote or rang' },
};

/** A reason as a person would say it: "no reply to 4 attempts", "last heard from them 2 h ago". */
export function describeReason({ feature, value, values }: Omit<Reason, 'contribution'>): string {
  if (values !== undefined) {
    const both = feature.split(' × ').map((name, at) => describeReason({ feature: name, value: values[at] ?? null }));
    return `${both.join(' and ')}, taken together`;
  }
  if (Object.hasOwn(NO_FEATURES, feature)) return NO_FEATURES[feature] ?? feature;
  if (!Object.hasOwn(WORDS, feature)) return feature;
  const { known, missing } = WORDS[feature as FeatureName];
  return value === null ? missing : known(value);
}

/** Terms of a score that come from no lead by itself. */
const NO_FEATURES: Readonly<Record<string, string>> = {
  calibration: 'adjusted to how often it came true of late',
  tenant: 'how the leads of this brokerage differ from those of others',
};

/** How much a reason changes the odds: "odds × 1.6", "odds ÷ 2.0". */
export function sizeWords(contribution: number): string {
  return `odds ${contribution < 0 ? '÷' : '×'} ${Math.exp(Math.abs(contribution)).toFixed(1)}`;
}

/** The rule by which no odds are given. */
export function thinEvidenceWords(rule: ThinEvidence): string {
  return rule === 'neverActed'
    ? 'the lead has never acted, and people did fewer than 3 things about it'
    : 'nobody did anything about the lead for more than 180 days';
}

const MACHINES: Readonly<Record<MachineReason, string>> = {
  markedBot: 'the mail system says so',
  scannerAgent: 'a scanner that names itself',
  privacyProxy: 'a privacy proxy opens for the reader',
  headRequest: 'it asked for the head of the page only',
  threeLinks: 'three links in 2 s',
  atDelivery: 'within seconds of delivery',
};

/** Why an open or click counts for nothing: "by a machine: three links in 2 s". */
export function describeMachine(reason: MachineReason): string {
  return `by a machine: ${MACHINES[reason]}`;
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

function contacted(n: number, when: string): string {
  return n === 0 ? `not contacted ${when}` : `contacted ${n >= 20 ? '20 times or more' : times(n)} ${when}`;
}

function activity(n: number, when: string): string {
  return n >= 3 ? `active again and again ${when}` : n >= 0.5 ? `active ${when}` : `little activity ${when}`;
}

function attention(n: number, when: string): string {
  return n >= 3 ? `contacted often ${when}` : n >= 0.5 ? `contacted ${when}` : `hardly contacted ${when}`;
}

function ordinal(n: number): string {
  return n === 1 ? 'first' : n === 2 ? 'second' : n === 3 ? 'third' : `${n}th`;
}

const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

function weekday(day: number): string {
  return WEEKDAYS[day] ?? 'other day';
}

/** A time of day given in hours: "14:05 UTC". */
function clock(hours: number): string {
  const minutes = Math.floor(hours * 60);
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)} UTC`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
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

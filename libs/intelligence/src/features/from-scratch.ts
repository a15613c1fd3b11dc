import type { LeadEvent } from '@hub/contracts';
import { HALF_LIFE_MS } from './decay.ts';
import { inOrder } from './fold.ts';
import * as read from './reading.ts';
import { FEATURES, type FeatureName } from './table.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

type Test = (event: LeadEvent) => boolean;

/**
 * All features of a lead at `nowMs`, computed from its whole list of events and nothing remembered: what the fold is
 * checked against, to the bit, and what asks about a time in the past. Events after `nowMs` are not counted.
 */
export function featuresOf(events: readonly LeadEvent[], nowMs: number): Float64Array {
  const values = valuesOf(inOrder(events.filter(({ atMs }) => atMs <= nowMs)), nowMs);
  return Float64Array.from(FEATURES, ({ name }) => values[name]);
}

function valuesOf(events: readonly LeadEvent[], nowMs: number): Record<FeatureName, number> {
  const last = (test: Test): LeadEvent | undefined => events.findLast(test);
  const times = (test: Test): number[] => events.filter(test).map(({ atMs }) => atMs);
  const recent = (test: Test, days: number): number =>
    Math.min(20, times((event) => test(event) && event.atMs > nowMs - days * DAY_MS).length);
  const since = (event: LeadEvent | undefined, unitMs: number): number =>
    event === undefined ? Number.NaN : (nowMs - event.atMs) / unitMs;

  // What came since an opportunity was last deleted is about another one.
  const deals = events.slice(events.findLastIndex((event) => read.opportunityStatusOf(event) === 'none') + 1);
  const status = deals.map(read.opportunityStatusOf).findLast((found) => found !== null) ?? 'none';
  const value = deals.map(read.opportunityValueOf).findLast((found) => found !== null) ?? null;
  const staged = deals.filter((event) => read.stageOf(event) !== null);
  const stage = staged.at(-1);
  const before = stage && staged.findLastIndex((event) => read.stageOf(event) !== read.stageOf(stage));
  const stages = new Set(events.map(read.stageOf).filter((found) => found !== null));

  const agents = events.filter(({ type, subjectId }) => type === 'assigned' && subjectId !== null);
  const handOffs = agents.filter(({ subjectId }, at) => at > 0 && subjectId !== agents[at - 1]?.subjectId);

  const talks = events.filter(read.isTalk);
  const afterSign = events.slice(events.findLastIndex(read.isSign) + 1);
  const afterUs = events.slice(events.findLastIndex(read.isAgentAct) + 1);
  const enquiry = events.findIndex(read.isEnquiry);
  const response = enquiry < 0 ? undefined : events.slice(enquiry).find(read.isAgentAct);

  const booked = latestAppointments(events);
  const withStatus = (wanted: read.AppointmentStatus): LeadEvent[] =>
    booked.filter((event) => read.appointmentStatusOf(event) === wanted);
  const theyOwe = since(afterSign.find(read.isAgentAct), DAY_MS);

  return {
    source: events.map(read.sourceOf).findLast((found) => found !== null) ?? Number.NaN,
    opportunityStatus: { none: 0, open: 1, won: 2, lost: -1, abandoned: -1 }[status],
    opportunityValue: value === null ? Number.NaN : Math.log10(1 + Math.max(0, value)),
    stagesReached: Math.min(12, stages.size),
    handOffs: handOffs.length,
    leadActs1d: recent(read.isLeadAct, 1),
    leadActs3d: recent(read.isLeadAct, 3),
    leadActs7d: recent(read.isLeadAct, 7),
    leadActs30d: recent(read.isLeadAct, 30),
    leadActsDecayed: decayed(times(read.isLeadAct), nowMs),
    agentActs7d: recent(read.isAgentAct, 7),
    agentActsDecayed: decayed(times(read.isAgentAct), nowMs),
    twoWay: events.some(read.isLeadAct) && events.some(read.isAgentAct) ? 1 : 0,
    talks: talks.length,
    talkMinutes: talks.reduce((sum, talk) => sum + (talk.value ?? 0), 0) / 60,
    attempts: afterSign.filter(read.isAgentAct).length,
    replyMinutes: medianOf(replyTimes(events).slice(-9)) / MINUTE_MS,
    appointmentsOpen: withStatus('open').filter(({ atMs, value }) => (value ?? atMs + 30 * DAY_MS) >= nowMs).length,
    appointmentsKept: withStatus('kept').length,
    appointmentsMissed: withStatus('missed').length,
    appointmentsCancelled: withStatus('cancelled').length,
    optedOut: events.map(read.optOutOf).findLast((found) => found !== null) === true ? 1 : 0,
    ageDays: since(events[0], DAY_MS),
    daysSinceSign: since(last(read.isSign), DAY_MS),
    daysSinceAgentAct: since(last(read.isAgentAct), DAY_MS),
    daysSinceKept: since(
      last(({ type }) => type === 'appointment.kept'),
      DAY_MS,
    ),
    daysInStage: since(before === undefined ? undefined : staged[before + 1], DAY_MS),
    firstResponseMinutes:
      response === undefined ? Number.NaN : (response.atMs - (events[enquiry]?.atMs ?? 0)) / MINUTE_MS,
    weOweHours: since(afterUs.find(read.isLeadAct), HOUR_MS),
    theyOweDays: theyOwe,
    silenceShare: theyOwe / silenceDays(events, nowMs, status),
  };
}

function decayed(times: readonly number[], nowMs: number): number {
  const part = (atMs: number): number => (atMs % HALF_LIFE_MS) / HALF_LIFE_MS;
  const landmark = Math.floor((times.at(-1) ?? 0) / HALF_LIFE_MS);
  const sum = times.reduce((sum, atMs) => sum + 2 ** part(atMs) * 2 ** (Math.floor(atMs / HALF_LIFE_MS) - landmark), 0);
  return (sum / 2 ** part(nowMs)) * 2 ** (landmark - Math.floor(nowMs / HALF_LIFE_MS));
}

/** The last event about each appointment, the 20 latest of them. */
function latestAppointments(events: readonly LeadEvent[]): readonly LeadEvent[] {
  const about = events.filter((event) => read.appointmentStatusOf(event) !== null);
  return about
    .filter((event, at) => !about.slice(at + 1).some((later) => read.subjectOf(later) === read.subjectOf(event)))
    .slice(-20);
}

/** ms from our last act to each act of the lead that answered one; a talk answers nothing, it is both. */
function replyTimes(events: readonly LeadEvent[]): readonly number[] {
  return events.flatMap((event, at) => {
    if (!read.isLeadAct(event) || read.isAgentAct(event)) return [];
    const earlier = events.slice(0, at);
    const ours = earlier.findLastIndex(read.isAgentAct);
    const asked = earlier[ours];
    const answered = asked === undefined || read.isSign(asked) || earlier.slice(ours).some(read.isSign);
    return answered ? [] : [event.atMs - asked.atMs];
  });
}

function silenceDays(events: readonly LeadEvent[], nowMs: number, status: string): number {
  const first = events[0];
  const ageDays = first === undefined ? 0 : (nowMs - first.atMs) / DAY_MS;
  if (status === 'won') return 180;
  const working = events.some(
    (event) => (read.isTalk(event) || event.type === 'appointment.kept') && nowMs - event.atMs <= 30 * DAY_MS,
  );
  if (working) return 10;
  if (ageDays <= 30) return 7;
  if (!events.some(read.isLeadAct) || !events.some(read.isAgentAct)) return 21;
  return ageDays <= 365 ? 14 : 60;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const lower = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + lower) / 2;
}

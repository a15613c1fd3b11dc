import type { LeadEvent } from '@hub/contracts';
import { HALF_LIVES_MS } from './decay.ts';
import { inOrder } from './fold.ts';
import { isClick, machinesAmong } from './machines.ts';
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
  const between = (ms: number | undefined, unitMs: number): number => (ms === undefined ? Number.NaN : ms / unitMs);

  // What came since an opportunity was last deleted is about another one.
  const deals = events.slice(events.findLastIndex((event) => read.opportunityStatusOf(event) === 'none') + 1);
  const status = deals.map(read.opportunityStatusOf).findLast((found) => found !== null) ?? 'none';
  const value = deals.map(read.opportunityValueOf).findLast((found) => found !== null) ?? null;
  const staged = deals.filter((event) => read.stageOf(event) !== null);
  const stage = staged.at(-1);
  const before = stage && staged.findLastIndex((event) => read.stageOf(event) !== read.stageOf(stage));
  const stages = [...new Set(events.map(read.stageOf).filter((found) => found !== null))].slice(0, 12);
  const place = stages.indexOf((stage && read.stageOf(stage)) ?? '');

  const agents = events.filter(({ type, subjectId }) => type === 'assigned' && subjectId !== null);
  const handOffs = agents.filter(({ subjectId }, at) => at > 0 && subjectId !== agents[at - 1]?.subjectId);

  const leadActs = times(read.isLeadAct);
  const agentActs = times(read.isAgentAct);
  const acts = times(read.isAct);
  const gaps = acts.slice(1).map((atMs, at) => atMs - (acts[at] ?? atMs));
  const talks = events.filter(read.isTalk);
  const afterSign = events.slice(events.findLastIndex(read.isSign) + 1);
  const afterUs = events.slice(events.findLastIndex(read.isAgentAct) + 1);
  const enquiry = events.findIndex(read.isEnquiry);
  const response = enquiry < 0 ? undefined : events.slice(enquiry).find(read.isAgentAct);

  const booked = latestAppointments(events);
  const withStatus = (wanted: read.AppointmentStatus): LeadEvent[] =>
    booked.filter((event) => read.appointmentStatusOf(event) === wanted);
  const come = booked
    .filter((event) => read.appointmentStatusOf(event) !== 'cancelled')
    .flatMap((event) => event.value ?? (read.appointmentStatusOf(event) === 'open' ? [] : event.atMs))
    .filter((atMs) => atMs <= nowMs);
  const theyOwe = since(afterSign.find(read.isAgentAct), DAY_MS);

  return {
    source: events.map(read.sourceOf).findLast((found) => found !== null) ?? Number.NaN,
    opportunityStatus: { none: 0, open: 1, won: 2, lost: -1, abandoned: -1 }[status],
    opportunityValue: value === null ? Number.NaN : Math.log10(1 + Math.max(0, value)),
    stage: stage === undefined ? Number.NaN : place < 0 ? 12 : place + 1,
    stagesReached: stages.length,
    handOffs: handOffs.length,

    leadActs1d: recent(read.isLeadAct, 1),
    leadActs3d: recent(read.isLeadAct, 3),
    leadActs7d: recent(read.isLeadAct, 7),
    leadActs30d: recent(read.isLeadAct, 30),
    leadActsDecayed1d: decayed(leadActs, HALF_LIVES_MS[0], nowMs),
    leadActsDecayed3d: decayed(leadActs, HALF_LIVES_MS[1], nowMs),
    leadActsDecayed: decayed(leadActs, HALF_LIVES_MS[2], nowMs),
    leadActsDecayed30d: decayed(leadActs, HALF_LIVES_MS[3], nowMs),
    agentActs1d: recent(read.isAgentAct, 1),
    agentActs3d: recent(read.isAgentAct, 3),
    agentActs7d: recent(read.isAgentAct, 7),
    agentActs30d: recent(read.isAgentAct, 30),
    agentActsDecayed1d: decayed(agentActs, HALF_LIVES_MS[0], nowMs),
    agentActsDecayed3d: decayed(agentActs, HALF_LIVES_MS[1], nowMs),
    agentActsDecayed: decayed(agentActs, HALF_LIVES_MS[2], nowMs),
    agentActsDecayed30d: decayed(agentActs, HALF_LIVES_MS[3], nowMs),
    clicks7d: clicksByPeople(events).filter((atMs) => atMs > nowMs - 7 * DAY_MS && atMs <= nowMs - 2000).length,
    twoWay: leadActs.length > 0 && agentActs.length > 0 ? 1 : 0,
    talks: talks.length,
    talkMinutes: talks.reduce((sum, talk) => sum + read.talkSecondsOf(talk), 0) / 60,
    attempts: afterSign.filter(read.isAgentAct).length,
    replyMinutes: medianOf(repliesOf(events).slice(-9)) / MINUTE_MS,
    ourReplyMinutes: medianOf(ourRepliesOf(events).slice(-9)) / MINUTE_MS,
    documentsSent: events.filter(({ type }) => type === 'document.sent').length,
    optedOut: events.map(read.optOutOf).findLast((found) => found !== null) === true ? 1 : 0,

    appointmentsOpen: withStatus('open').filter(({ atMs, value }) => (value ?? atMs + 30 * DAY_MS) >= nowMs).length,
    appointmentsBooked: booked.length,
    appointmentsKept: withStatus('kept').length,
    appointmentsMissed: withStatus('missed').length,
    appointmentsCancelled: withStatus('cancelled').length,
    daysSinceAppointment: come.length === 0 ? Number.NaN : (nowMs - Math.max(...come)) / DAY_MS,
    daysSinceKept: since(
      last(({ type }) => type === 'appointment.kept'),
      DAY_MS,
    ),

    ageDays: since(events.find(read.isNews), DAY_MS),
    daysSinceEvent: since(last(read.isNews), DAY_MS),
    daysSinceSign: since(last(read.isSign), DAY_MS),
    daysSinceLeadAct: since(last(read.isLeadAct), DAY_MS),
    daysSinceAgentAct: since(last(read.isAgentAct), DAY_MS),
    daysInStage: since(before === undefined ? undefined : staged[before + 1], DAY_MS),
    firstResponseMinutes: between(response && response.atMs - (events[enquiry]?.atMs ?? 0), MINUTE_MS),
    weOweHours: since(afterUs.find(read.isLeadAct), HOUR_MS),
    theyOweDays: theyOwe,
    silenceShare: theyOwe / silenceDays(events, nowMs, status),

    longestGapDays: between(
      gaps.length === 0 ? undefined : gaps.reduce((longest, gap) => Math.max(longest, gap)),
      DAY_MS,
    ),
    latestGapDays: between(gaps.at(-1), DAY_MS),
    meanGapDays: between(gaps.length === 0 ? undefined : ((acts.at(-1) ?? 0) - (acts[0] ?? 0)) / gaps.length, DAY_MS),
    hour: hourOf(nowMs),
    weekday: weekdayOf(nowMs),
    leadActHour: hourOf(leadActs.at(-1)),
    leadActWeekday: weekdayOf(leadActs.at(-1)),
  };
}

function decayed(times: readonly number[], halfLifeMs: number, nowMs: number): number {
  const part = (atMs: number): number => (atMs % halfLifeMs) / halfLifeMs;
  const landmark = Math.floor((times.at(-1) ?? 0) / halfLifeMs);
  const sum = times.reduce((sum, atMs) => sum + 2 ** part(atMs) * 2 ** (Math.floor(atMs / halfLifeMs) - landmark), 0);
  return (sum / 2 ** part(nowMs)) * 2 ** (landmark - Math.floor(nowMs / halfLifeMs));
}

/** When the latest 12 clicks happened, those of machines left out. */
function clicksByPeople(events: readonly LeadEvent[]): readonly number[] {
  const machines = machinesAmong(events);
  return events
    .filter(isClick)
    .slice(-12)
    .flatMap(({ id, atMs }) => (machines.has(id) ? [] : atMs));
}

/** The last event about each appointment, the 20 latest of them. */
function latestAppointments(events: readonly LeadEvent[]): readonly LeadEvent[] {
  const about = events.filter((event) => read.appointmentStatusOf(event) !== null);
  const latest = new Map(about.map((event) => [read.subjectOf(event), event]));
  return about.filter((event) => latest.get(read.subjectOf(event)) === event).slice(-20);
}

/** ms from our last act to each act of the lead that answered one; a talk answers nothing, it is both. */
function repliesOf(events: readonly LeadEvent[]): readonly number[] {
  let asked: LeadEvent | null = null;
  return events.flatMap((event) => {
    const before = asked;
    if (read.isSign(event)) asked = null;
    else if (read.isAgentAct(event)) asked = event;
    return before !== null && read.isLeadAct(event) && !read.isAgentAct(event) ? event.atMs - before.atMs : [];
  });
}

/** ms from the first act of the lead that waited for us to each act of ours that answered it. */
function ourRepliesOf(events: readonly LeadEvent[]): readonly number[] {
  let waiting: LeadEvent | null = null;
  return events.flatMap((event) => {
    const before = waiting;
    if (read.isAgentAct(event)) waiting = null;
    else if (read.isLeadAct(event)) waiting ??= event;
    return before !== null && read.isAgentAct(event) ? event.atMs - before.atMs : [];
  });
}

function silenceDays(events: readonly LeadEvent[], nowMs: number, status: string): number {
  const first = events.find(read.isNews);
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

function hourOf(atMs: number | undefined): number {
  return atMs === undefined ? Number.NaN : (atMs - Math.floor(atMs / DAY_MS) * DAY_MS) / HOUR_MS;
}

function weekdayOf(atMs: number | undefined): number {
  return atMs === undefined ? Number.NaN : (new Date(atMs).getUTCDay() + 6) % 7;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const lower = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  const upper = sorted[Math.floor(half)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + lower) / 2;
}

import { type LeadEvent, PAIR } from '@hub/contracts';
import { DAY_MS } from '../features/feature.ts';
import { foldAll, inOrder } from '../features/fold.ts';
import { BURST_MS, isClick, machinesAmong, MAX_CLICKS } from '../features/machines.ts';
import * as read from '../features/reading.ts';
import { decisionTime, MAX_APPOINTMENTS, MAX_COUNTED, MAX_REPLIES, MAX_STAGES } from '../features/state.ts';
import type { FeatureName } from '../features/table.ts';

/** Most events that are named as being behind one value: the latest of them. */
export const MAX_BEHIND = MAX_COUNTED;

/** Events of one lead, by time, none after `nowMs`. */
type Events = readonly LeadEvent[];
type Test = (event: LeadEvent) => boolean;
type Behind = (events: Events, nowMs: number) => Events;

/**
 * The events that the value of a feature comes from: those counted, the last one where it says how long ago, both sides
 * where it is the time between two. They alone give the value, to the bit, as long as there are fewer than `MAX_BEHIND`.
 * @param term A feature, or two as `a × b`. Anything else has no events behind it: the hour, what a calibration moved.
 * @param events Of one lead, in any order.
 * @returns Their ids, oldest first.
 */
export function eventsBehind(term: string, events: Events, nowMs: number): readonly string[] {
  return eventsBehindEach([term], events, nowMs).get(term) ?? [];
}

/** The same for several terms of a decision at once. */
export function eventsBehindEach(
  terms: readonly string[],
  events: Events,
  nowMs: number,
): ReadonlyMap<string, readonly string[]> {
  const upToNow = inOrder(events.filter(({ atMs }) => atMs <= nowMs));
  return new Map(
    terms.map((term) => {
      const found = new Set(term.split(PAIR).flatMap((feature) => behind(feature)?.(upToNow, nowMs) ?? []));
      const latest = inOrder([...found]).slice(-MAX_BEHIND);
      return [term, latest.map(({ id }) => id)];
    }),
  );
}

/** When a decision on these events was made: not before the last of them, see `decisionTime`. */
export function decidedAtMs(events: Events, scoredAtMs: number): number {
  return decisionTime(foldAll(events), scoredAtMs);
}

function behind(feature: string): Behind | undefined {
  return Object.hasOwn(BEHIND, feature) ? BEHIND[feature as FeatureName] : undefined;
}

const NOTHING: Behind = () => [];

const all =
  (test: Test): Behind =>
  (events) =>
    events.filter(test);

const first =
  (test: Test): Behind =>
  (events) =>
    alone(events.find(test));

const last =
  (test: Test): Behind =>
  (events) =>
    alone(events.findLast(test));

const inDays =
  (test: Test, days: number): Behind =>
  (events, nowMs) =>
    events.filter((event) => test(event) && event.atMs > nowMs - days * DAY_MS).slice(-MAX_COUNTED);

const together =
  (...parts: readonly Behind[]): Behind =>
  (events, nowMs) =>
    parts.flatMap((part) => part(events, nowMs));

function alone(event: LeadEvent | undefined): Events {
  return event === undefined ? [] : [event];
}

const BEHIND: Readonly<Record<FeatureName, Behind>> = {
  source: last((event) => read.sourceOf(event) !== null),
  opportunityStatus: last((event) => read.opportunityStatusOf(event) !== null),
  opportunityValue: (events) => alone(deals(events).findLast((event) => read.opportunityValueOf(event) !== null)),
  stage: (events) => {
    const present = deals(events).findLast(tellsStage);
    return present === undefined ? [] : [...firstOfEachStage(events), present];
  },
  stagesReached: firstOfEachStage,
  handOffs: (events) => {
    const assigned = events.filter(({ type, subjectId }) => type === 'assigned' && subjectId !== null);
    return assigned.filter(({ subjectId }, at) => subjectId !== assigned[at - 1]?.subjectId);
  },

  leadActs1d: inDays(read.isLeadAct, 1),
  leadActs3d: inDays(read.isLeadAct, 3),
  leadActs7d: inDays(read.isLeadAct, 7),
  leadActs30d: inDays(read.isLeadAct, 30),
  leadActsDecayed1d: all(read.isLeadAct),
  leadActsDecayed3d: all(read.isLeadAct),
  leadActsDecayed: all(read.isLeadAct),
  leadActsDecayed30d: all(read.isLeadAct),
  agentActs1d: inDays(read.isAgentAct, 1),
  agentActs3d: inDays(read.isAgentAct, 3),
  agentActs7d: inDays(read.isAgentAct, 7),
  agentActs30d: inDays(read.isAgentAct, 30),
  agentActsDecayed1d: all(read.isAgentAct),
  agentActsDecayed3d: all(read.isAgentAct),
  agentActsDecayed: all(read.isAgentAct),
  agentActsDecayed30d: all(read.isAgentAct),
  clicks7d: (events, nowMs) => {
    const machines = machinesAmong(events);
    return events
      .filter(isClick)
      .slice(-MAX_CLICKS)
      .filter(({ id, atMs }) => !machines.has(id) && atMs > nowMs - 7 * DAY_MS && atMs <= nowMs - BURST_MS);
  },
  twoWay: (events) => {
    const sides = [events.findLast(read.isLeadAct), events.findLast(read.isAgentAct)];
    return sides.every((side) => side !== undefined) ? sides : [];
  },
  talks: all(read.isTalk),
  talkMinutes: all(read.isTalk),
  attempts: (events) => afterLast(events, read.isSign).filter(read.isAgentAct),
  replyMinutes: (events) => replies(events).slice(-MAX_REPLIES).flat(),
  ourReplyMinutes: (events) => ourReplies(events).slice(-MAX_REPLIES).flat(),
  documentsSent: all(read.isDocumentSent),
  optedOut: last((event) => read.optOutOf(event) !== null),

  appointmentsOpen: (events, nowMs) =>
    withStatus('open')(events, nowMs).filter(({ atMs, value }) => (value ?? atMs + 30 * DAY_MS) >= nowMs),
  appointmentsBooked: latestOfEachAppointment,
  appointmentsKept: withStatus('kept'),
  appointmentsMissed: withStatus('missed'),
  appointmentsCancelled: withStatus('cancelled'),
  daysSinceAppointment: (events, nowMs) => {
    const come = latestOfEachAppointment(events).filter((event) => cameAtMs(event) <= nowMs);
    return alone(come.toSorted((a, b) => cameAtMs(a) - cameAtMs(b)).at(-1));
  },
  daysSinceKept: last(({ type }) => type === 'appointment.kept'),

  ageDays: first(read.isNews),
  daysSinceEvent: last(read.isNews),
  daysSinceSign: last(read.isSign),
  daysSinceLeadAct: last(read.isLeadAct),
  daysSinceAgentAct: last(read.isAgentAct),
  daysInStage: (events) => {
    const staged = deals(events).filter(tellsStage);
    const present = staged.at(-1);
    if (present === undefined) return [];
    const before = staged.findLastIndex((event) => read.stageOf(event) !== read.stageOf(present));
    return alone(staged[before + 1]);
  },
  firstResponseMinutes: (events) => {
    const asked = events.findIndex(read.isEnquiry);
    const answer = asked < 0 ? undefined : events.slice(asked).find(read.isAgentAct);
    return answer === undefined ? [] : [...alone(events[asked]), answer];
  },
  weOweHours: (events) => alone(afterLast(events, read.isAgentAct).find(read.isLeadAct)),
  theyOweDays: unanswered,
  silenceShare: (events, nowMs) => (unanswered(events).length === 0 ? [] : silence(events, nowMs)),

  longestGapDays: (events) => {
    const acts = events.filter(read.isAct);
    const gaps = acts.slice(1).map(({ atMs }, at) => atMs - (acts[at]?.atMs ?? atMs));
    if (gaps.length === 0) return [];
    const longest = gaps.indexOf(gaps.reduce((most, gap) => Math.max(most, gap)));
    return acts.slice(longest, longest + 2);
  },
  latestGapDays: (events) => (events.filter(read.isAct).length < 2 ? [] : events.filter(read.isAct).slice(-2)),
  meanGapDays: (events) => (events.filter(read.isAct).length < 2 ? [] : events.filter(read.isAct)),
  hour: NOTHING,
  weekday: NOTHING,
  leadActHour: last(read.isLeadAct),
  leadActWeekday: last(read.isLeadAct),
};

function afterLast(events: Events, test: Test): Events {
  return events.slice(events.findLastIndex(test) + 1);
}

/** What came since an opportunity was last deleted is about another one. */
function deals(events: Events): Events {
  return afterLast(events, (event) => read.opportunityStatusOf(event) === 'none');
}

function tellsStage(event: LeadEvent): boolean {
  return read.stageOf(event) !== null;
}

function firstOfEachStage(events: Events): Events {
  const seen = new Set<string | null>([null]);
  return events.filter((event) => !seen.has(read.stageOf(event)) && seen.add(read.stageOf(event))).slice(0, MAX_STAGES);
}

/** The last event about each appointment, of those that changed last. */
function latestOfEachAppointment(events: Events): Events {
  const about = events.filter((event) => read.appointmentStatusOf(event) !== null);
  const latest = new Map(about.map((event) => [read.subjectOf(event), event]));
  return about.filter((event) => latest.get(read.subjectOf(event)) === event).slice(-MAX_APPOINTMENTS);
}

function withStatus(status: read.AppointmentStatus): Behind {
  return (events) => latestOfEachAppointment(events).filter((event) => read.appointmentStatusOf(event) === status);
}

/** When an appointment began, kept or not; never for one that was cancelled or whose start nobody knows yet. */
function cameAtMs(event: LeadEvent): number {
  const status = read.appointmentStatusOf(event);
  if (status === 'cancelled') return Infinity;
  return event.value ?? (status === 'open' ? Infinity : event.atMs);
}

/** Each act of ours that the lead answered, and the answer. */
function replies(events: Events): Events[] {
  let asked: LeadEvent | null = null;
  return events.flatMap((event) => {
    const before = asked;
    if (read.isSign(event)) asked = null;
    else if (read.isAgentAct(event)) asked = event;
    return before !== null && read.isLeadAct(event) && !read.isAgentAct(event) ? [[before, event]] : [];
  });
}

/** Each first act of the lead that waited for us, and our answer. */
function ourReplies(events: Events): Events[] {
  let waiting: LeadEvent | null = null;
  return events.flatMap((event) => {
    const before = waiting;
    if (read.isAgentAct(event)) waiting = null;
    else if (read.isLeadAct(event)) waiting ??= event;
    return before !== null && read.isAgentAct(event) ? [[before, event]] : [];
  });
}

/** Our first act that the lead has not answered. */
function unanswered(events: Events): Events {
  return alone(afterLast(events, read.isSign).find(read.isAgentAct));
}

/** The silence itself, and what tells which phase the lead is in. */
const silence = together(
  unanswered,
  last(read.isSign),
  last((event) => read.opportunityStatusOf(event) !== null),
  last((event) => read.isTalk(event) || event.type === 'appointment.kept'),
  first(read.isNews),
  first(read.isLeadAct),
);

import { byTime, type LeadEvent } from '@hub/contracts';
import { count } from './decay.ts';
import { afterEvent } from './machines.ts';
import {
  appointmentStatusOf,
  isAct,
  isAgentAct,
  isDocumentSent,
  isEnquiry,
  isEvidence,
  isLeadAct,
  isNews,
  isSign,
  isTalk,
  isTouch,
  opportunityStatusOf,
  opportunityValueOf,
  optOutOf,
  sourceOf,
  stageOf,
  subjectOf,
  talkSecondsOf,
} from './reading.ts';
import { emptyState, type LeadState, MAX_APPOINTMENTS, MAX_COUNTED, MAX_REPLIES, MAX_STAGES } from './state.ts';

/** Whether an event orders before one already folded: then the lead must be folded anew from all its events. */
export function isLate(state: LeadState, event: LeadEvent): boolean {
  if (state.lastAtMs === null) return false;
  return event.atMs < state.lastAtMs || (event.atMs === state.lastAtMs && event.id < state.lastId);
}

/** The state of a lead after all of `events`, in whatever order they come; of repeated ids the earliest counts. */
export function foldAll(events: readonly LeadEvent[]): LeadState {
  return inOrder(events).reduce(fold, emptyState());
}

/** Events by time, each id once. */
export function inOrder(events: readonly LeadEvent[]): readonly LeadEvent[] {
  const seen = new Set<string>();
  return events.toSorted(byTime).filter(({ id }) => !seen.has(id) && seen.add(id));
}

/**
 * Adds the next event of a lead. The order of events is `byTime`; the last event once more changes nothing.
 * @throws RangeError when the event is late: see `isLate`.
 */
export function fold(state: LeadState, event: LeadEvent): LeadState {
  if (isLate(state, event)) throw new RangeError('event orders before one already folded: fold the lead anew');
  if (state.lastAtMs === event.atMs && state.lastId === event.id) return state;
  return {
    ...state,
    events: state.events + 1,
    evidence: state.evidence + Number(isEvidence(event)),
    lastAtMs: event.atMs,
    lastId: event.id,
    firstNewsAtMs: state.firstNewsAtMs ?? (isNews(event) ? event.atMs : null),
    lastNewsAtMs: isNews(event) ? event.atMs : state.lastNewsAtMs,
    touch: isTouch(event) ? { atMs: event.atMs, type: event.type } : state.touch,
    source: sourceOf(event) ?? state.source,
    ...enquiry(state, event),
    ...acts(state, event),
    ...gaps(state, event),
    ...turns(state, event),
    mail: afterEvent(state.mail, event),
    documentsSent: state.documentsSent + Number(isDocumentSent(event)),
    ...appointments(state, event),
    ...opportunity(state, event),
    ...assignment(state, event),
    optedOut: optOutOf(event) ?? state.optedOut,
  };
}

type Change = Partial<LeadState>;

function enquiry(state: LeadState, event: LeadEvent): Change {
  const enquiredAtMs = state.enquiredAtMs ?? (isEnquiry(event) ? event.atMs : null);
  if (enquiredAtMs === null || state.firstResponseMs !== null || !isAgentAct(event)) return { enquiredAtMs };
  return { enquiredAtMs, firstResponseMs: event.atMs - enquiredAtMs };
}

function acts(state: LeadState, event: LeadEvent): Change {
  const change: { -readonly [K in keyof LeadState]?: LeadState[K] } = {};
  if (isLeadAct(event)) {
    change.leadActs = state.leadActs + 1;
    change.leadActTimes = [...state.leadActTimes, event.atMs].slice(-MAX_COUNTED);
    change.leadActsDecayed = count(state.leadActsDecayed, event.atMs);
    change.lastLeadActAtMs = event.atMs;
  }
  if (isAgentAct(event)) {
    change.agentActs = state.agentActs + 1;
    change.agentActTimes = [...state.agentActTimes, event.atMs].slice(-MAX_COUNTED);
    change.agentActsDecayed = count(state.agentActsDecayed, event.atMs);
    change.lastAgentActAtMs = event.atMs;
  }
  if (isTalk(event)) {
    change.talks = state.talks + 1;
    change.talkSeconds = state.talkSeconds + talkSecondsOf(event);
    change.lastTalkAtMs = event.atMs;
  }
  return change;
}

function gaps(state: LeadState, event: LeadEvent): Change {
  if (!isAct(event)) return {};
  const first = { acts: state.acts + 1, firstActAtMs: state.firstActAtMs ?? event.atMs, lastActAtMs: event.atMs };
  if (state.lastActAtMs === null) return first;
  const gapMs = event.atMs - state.lastActAtMs;
  return { ...first, latestGapMs: gapMs, longestGapMs: Math.max(gapMs, state.longestGapMs ?? 0) };
}

/** Whose turn it is. In a talk both act, so nobody owes an answer after it. */
function turns(state: LeadState, event: LeadEvent): Change {
  const sign = isSign(event);
  const ours = isAgentAct(event);
  const answersUs = isLeadAct(event) && !ours && state.theyOweSinceMs !== null && state.lastAgentActAtMs !== null;
  const weAnswer = ours && state.weOweSinceMs !== null;
  return {
    lastSignAtMs: sign ? event.atMs : state.lastSignAtMs,
    attempts: sign ? 0 : state.attempts + Number(ours),
    theyOweSinceMs: sign ? null : (state.theyOweSinceMs ?? (ours ? event.atMs : null)),
    weOweSinceMs: ours ? null : (state.weOweSinceMs ?? (isLeadAct(event) ? event.atMs : null)),
    repliesMs: answersUs
      ? [...state.repliesMs, event.atMs - (state.lastAgentActAtMs ?? event.atMs)].slice(-MAX_REPLIES)
      : state.repliesMs,
    ourRepliesMs: weAnswer
      ? [...state.ourRepliesMs, event.atMs - (state.weOweSinceMs ?? event.atMs)].slice(-MAX_REPLIES)
      : state.ourRepliesMs,
  };
}

function appointments(state: LeadState, event: LeadEvent): Change {
  const status = appointmentStatusOf(event);
  if (status === null) return {};
  const id = subjectOf(event);
  const others = state.appointments.filter((appointment) => appointment.id !== id);
  return {
    appointments: [...others, { id, status, startsAtMs: event.value, atMs: event.atMs }].slice(-MAX_APPOINTMENTS),
    lastKeptAtMs: status === 'kept' ? event.atMs : state.lastKeptAtMs,
  };
}

function opportunity(state: LeadState, event: LeadEvent): Change {
  const status = opportunityStatusOf(event);
  if (status === 'none') return { opportunity: null, opportunityValue: null, stage: null, stageSinceMs: null };
  const stage = stageOf(event);
  const moved = stage !== null && stage !== state.stage;
  return {
    opportunity: status ?? state.opportunity,
    opportunityValue: opportunityValueOf(event) ?? state.opportunityValue,
    stage: moved ? stage : state.stage,
    stageSinceMs: moved ? event.atMs : state.stageSinceMs,
    stages:
      moved && !state.stages.includes(stage) && state.stages.length < MAX_STAGES
        ? [...state.stages, stage]
        : state.stages,
  };
}

function assignment(state: LeadState, event: LeadEvent): Change {
  if (event.type !== 'assigned' || event.subjectId === null || event.subjectId === state.assignedTo) return {};
  return { assignedTo: event.subjectId, handOffs: state.handOffs + Number(state.assignedTo !== null) };
}

import { type DecayedCounts, NOTHING_COUNTED } from './decay.ts';
import { type MailState, NO_MAIL } from './machines.ts';
import type { AppointmentStatus, OpportunityStatus } from './reading.ts';

/** Counts in windows stop here: more acts than this in a month say nothing further, and the state stays small. */
export const MAX_COUNTED = 20;
/** Appointments remembered: those that changed last. */
export const MAX_APPOINTMENTS = 20;
export const MAX_STAGES = 12;
/** Reply times remembered: the latest. */
export const MAX_REPLIES = 9;

export interface Appointment {
  readonly id: string;
  readonly status: AppointmentStatus;
  /** When it begins; null when the CRM does not say. */
  readonly startsAtMs: number | null;
  /** When it last changed. */
  readonly atMs: number;
}

/**
 * All that the features need of a lead's events so far: plain JSON, a few hundred bytes to about 5 KB whatever the
 * number of events. Times are epoch ms; null means that it never happened.
 */
export interface LeadState {
  /** Rises when the meaning of a field changes: a state of another shape must be folded anew from its events. */
  readonly shape: 2;
  readonly events: number;
  readonly evidence: number;
  /** The last event folded, by `(atMs, id)`. */
  readonly lastAtMs: number | null;
  readonly lastId: string;
  /** First and last of the events that are news: what machines do is none. */
  readonly firstNewsAtMs: number | null;
  readonly lastNewsAtMs: number | null;
  readonly touch: { readonly atMs: number; readonly type: string } | null;

  readonly source: number | null;
  readonly enquiredAtMs: number | null;
  readonly firstResponseMs: number | null;
  readonly leadActs: number;
  readonly leadActTimes: readonly number[];
  readonly leadActsDecayed: DecayedCounts;
  readonly lastLeadActAtMs: number | null;
  readonly agentActs: number;
  readonly agentActTimes: readonly number[];
  readonly agentActsDecayed: DecayedCounts;
  readonly lastAgentActAtMs: number | null;
  /** Acts of either side; a talk is one. */
  readonly acts: number;
  readonly firstActAtMs: number | null;
  readonly lastActAtMs: number | null;
  readonly latestGapMs: number | null;
  readonly longestGapMs: number | null;
  readonly lastSignAtMs: number | null;
  /** Agent acts since the lead last gave a sign. */
  readonly attempts: number;
  /** First act of ours that the lead has not answered. */
  readonly theyOweSinceMs: number | null;
  /** First act of the lead that no person of ours has answered. */
  readonly weOweSinceMs: number | null;
  readonly repliesMs: readonly number[];
  readonly ourRepliesMs: readonly number[];
  readonly talks: number;
  readonly talkSeconds: number;
  readonly lastTalkAtMs: number | null;
  readonly mail: MailState;
  readonly documentsSent: number;

  readonly appointments: readonly Appointment[];
  readonly lastKeptAtMs: number | null;
  readonly opportunity: OpportunityStatus | null;
  readonly opportunityValue: number | null;
  readonly stage: string | null;
  readonly stageSinceMs: number | null;
  readonly stages: readonly string[];
  readonly assignedTo: string | null;
  readonly handOffs: number;
  readonly optedOut: boolean;
}

/** A lead of whom nothing is known. */
export function emptyState(): LeadState {
  return {
    shape: 2,
    events: 0,
    evidence: 0,
    lastAtMs: null,
    lastId: '',
    firstNewsAtMs: null,
    lastNewsAtMs: null,
    touch: null,
    source: null,
    enquiredAtMs: null,
    firstResponseMs: null,
    leadActs: 0,
    leadActTimes: [],
    leadActsDecayed: NOTHING_COUNTED,
    lastLeadActAtMs: null,
    agentActs: 0,
    agentActTimes: [],
    agentActsDecayed: NOTHING_COUNTED,
    lastAgentActAtMs: null,
    acts: 0,
    firstActAtMs: null,
    lastActAtMs: null,
    latestGapMs: null,
    longestGapMs: null,
    lastSignAtMs: null,
    attempts: 0,
    theyOweSinceMs: null,
    weOweSinceMs: null,
    repliesMs: [],
    ourRepliesMs: [],
    talks: 0,
    talkSeconds: 0,
    lastTalkAtMs: null,
    mail: NO_MAIL,
    documentsSent: 0,
    appointments: [],
    lastKeptAtMs: null,
    opportunity: null,
    opportunityValue: null,
    stage: null,
    stageSinceMs: null,
    stages: [],
    assignedTo: null,
    handOffs: 0,
    optedOut: false,
  };
}

/** Last contact between people, or appointment one of them made; null when there was none. */
export function touchOf(state: LeadState): { readonly atMs: number; readonly type: string } | null {
  return state.touch;
}

/**
 * The time to score a lead at: now, but never before its last event. A CRM's clock may run ahead of ours, and a state
 * can not take events back; a decision on it holds from its last event on. Opens and whatever else no feature asks
 * about do not move it, so that not even their clocks touch a score.
 */
export function decisionTime({ lastNewsAtMs, mail }: LeadState, nowMs: number): number {
  return Math.max(nowMs, lastNewsAtMs ?? nowMs, mail.clicks.at(-1)?.atMs ?? nowMs);
}

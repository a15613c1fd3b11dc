import { decayedAt } from './decay.ts';
import { phaseOf } from './phase.ts';
import { decisionTime, type LeadState, MAX_COUNTED, MAX_REPLIES } from './state.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * `fit`: what kind of lead and deal it is. `engagement`: what people did. `timing`: how long ago, and whose turn it is.
 */
export type FeatureGroup = 'fit' | 'engagement' | 'timing';

export interface Feature {
  readonly name: string;
  readonly unit: string;
  readonly group: FeatureGroup;
  readonly definition: string;
  /** When the value is missing (NaN). */
  readonly missing: string;
  /** The value at `nowMs`, which is no earlier than the state's last event; NaN when missing. */
  readonly at: (state: LeadState, nowMs: number) => number;
}

/**
 * Every number that may enter a score, in the order of all feature vectors. Nothing else may: no name, place,
 * language, origin or family word, no e-mail open or click.
 */
export const FEATURES = [
  {
    name: 'source',
    unit: 'level',
    group: 'fit',
    definition: 'How the lead came: 1 by referral, -1 with an imported list, 0 in any other way',
    missing: 'the CRM does not say',
    at: (state) => state.source ?? Number.NaN,
  },
  {
    name: 'opportunityStatus',
    unit: 'level',
    group: 'fit',
    definition: 'Latest status of an opportunity: -1 lost or abandoned, 0 none, 1 open, 2 won',
    missing: 'never',
    at: (state) => (state.opportunity === null ? 0 : { open: 1, won: 2, lost: -1, abandoned: -1 }[state.opportunity]),
  },
  {
    name: 'opportunityValue',
    unit: 'log10 of money',
    group: 'fit',
    definition: 'log10(1 + value of the opportunity), negative values as 0',
    missing: 'no value was ever given',
    at: (state) => (state.opportunityValue === null ? Number.NaN : Math.log10(1 + Math.max(0, state.opportunityValue))),
  },
  {
    name: 'stagesReached',
    unit: 'stages',
    group: 'fit',
    definition: 'Different pipeline stages the lead was in, 12 at most; stage ids have no order we know',
    missing: 'never',
    at: (state) => state.stages.length,
  },
  {
    name: 'handOffs',
    unit: 'times',
    group: 'fit',
    definition: 'Times the lead went from one agent to another',
    missing: 'never',
    at: (state) => state.handOffs,
  },
  {
    name: 'leadActs1d',
    unit: 'times',
    group: 'engagement',
    definition: 'Messages, calls and voicemails from the lead and calls they answered in 24 hours, 20 at most',
    missing: 'never',
    at: (state, nowMs) => within(state.leadActTimes, 1, nowMs),
  },
  {
    name: 'leadActs3d',
    unit: 'times',
    group: 'engagement',
    definition: 'The same in 3 days, 20 at most',
    missing: 'never',
    at: (state, nowMs) => within(state.leadActTimes, 3, nowMs),
  },
  {
    name: 'leadActs7d',
    unit: 'times',
    group: 'engagement',
    definition: 'The same in 7 days, 20 at most',
    missing: 'never',
    at: (state, nowMs) => within(state.leadActTimes, 7, nowMs),
  },
  {
    name: 'leadActs30d',
    unit: 'times',
    group: 'engagement',
    definition: 'The same in 30 days, 20 at most',
    missing: 'never',
    at: (state, nowMs) => within(state.leadActTimes, 30, nowMs),
  },
  {
    name: 'leadActsDecayed',
    unit: 'decayed times',
    group: 'engagement',
    definition: 'All acts of the lead, each counting 1 when it happens and half as much every 7 days',
    missing: 'never',
    at: (state, nowMs) => decayedAt(state.leadActsDecayed, nowMs),
  },
  {
    name: 'agentActs7d',
    unit: 'times',
    group: 'engagement',
    definition: 'Messages, calls and voicemails by a person of ours in 7 days, automation left out, 20 at most',
    missing: 'never',
    at: (state, nowMs) => within(state.agentActTimes, 7, nowMs),
  },
  {
    name: 'agentActsDecayed',
    unit: 'decayed times',
    group: 'engagement',
    definition: 'All acts of our people, each counting 1 when it happens and half as much every 7 days',
    missing: 'never',
    at: (state, nowMs) => decayedAt(state.agentActsDecayed, nowMs),
  },
  {
    name: 'twoWay',
    unit: 'yes or no',
    group: 'engagement',
    definition: '1 when both the lead and a person of ours have acted, else 0',
    missing: 'never',
    at: (state) => Number(state.leadActs > 0 && state.agentActs > 0),
  },
  {
    name: 'talks',
    unit: 'times',
    group: 'engagement',
    definition: 'Calls in which both sides spoke',
    missing: 'never',
    at: (state) => state.talks,
  },
  {
    name: 'talkMinutes',
    unit: 'minutes',
    group: 'engagement',
    definition: 'Minutes spoken in all calls',
    missing: 'never',
    at: (state) => state.talkSeconds / 60,
  },
  {
    name: 'attempts',
    unit: 'times',
    group: 'engagement',
    definition: 'Acts of our people since the lead last gave a sign (acted, kept or booked an appointment)',
    missing: 'never',
    at: (state) => state.attempts,
  },
  {
    name: 'replyMinutes',
    unit: 'minutes',
    group: 'engagement',
    definition: `Median of the lead's latest ${MAX_REPLIES} reply times, each from our last act to their answer`,
    missing: 'the lead has never replied',
    at: (state) => median(state.repliesMs) / MINUTE_MS,
  },
  {
    name: 'appointmentsOpen',
    unit: 'appointments',
    group: 'engagement',
    definition: 'Appointments ahead; one whose start is unknown counts for 30 days after it last changed',
    missing: 'never',
    at: (state, nowMs) =>
      state.appointments.filter(
        ({ status, startsAtMs, atMs }) => status === 'open' && (startsAtMs ?? atMs + 30 * DAY_MS) >= nowMs,
      ).length,
  },
  {
    name: 'appointmentsKept',
    unit: 'appointments',
    group: 'engagement',
    definition: 'Appointments kept, among the 20 that changed last',
    missing: 'never',
    at: (state) => state.appointments.filter(({ status }) => status === 'kept').length,
  },
  {
    name: 'appointmentsMissed',
    unit: 'appointments',
    group: 'engagement',
    definition: 'Appointments the lead did not come to, among the 20 that changed last',
    missing: 'never',
    at: (state) => state.appointments.filter(({ status }) => status === 'missed').length,
  },
  {
    name: 'appointmentsCancelled',
    unit: 'appointments',
    group: 'engagement',
    definition: 'Appointments cancelled, among the 20 that changed last',
    missing: 'never',
    at: (state) => state.appointments.filter(({ status }) => status === 'cancelled').length,
  },
  {
    name: 'optedOut',
    unit: 'yes or no',
    group: 'engagement',
    definition: '1 when the lead asked not to be contacted, or unsubscribed, and did not take it back',
    missing: 'never',
    at: (state) => Number(state.optedOut),
  },
  {
    name: 'ageDays',
    unit: 'days',
    group: 'timing',
    definition: "Since the lead's first event",
    missing: 'there is no event',
    at: (state, nowMs) => since(state.firstAtMs, DAY_MS, nowMs),
  },
  {
    name: 'daysSinceSign',
    unit: 'days',
    group: 'timing',
    definition: 'Since the lead last acted, kept or booked an appointment',
    missing: 'never gave a sign',
    at: (state, nowMs) => since(state.lastSignAtMs, DAY_MS, nowMs),
  },
  {
    name: 'daysSinceAgentAct',
    unit: 'days',
    group: 'timing',
    definition: 'Since a person of ours last acted',
    missing: 'no person of ours ever acted',
    at: (state, nowMs) => since(state.lastAgentActAtMs, DAY_MS, nowMs),
  },
  {
    name: 'daysSinceKept',
    unit: 'days',
    group: 'timing',
    definition: 'Since the last appointment that was kept',
    missing: 'none was kept',
    at: (state, nowMs) => since(state.lastKeptAtMs, DAY_MS, nowMs),
  },
  {
    name: 'daysInStage',
    unit: 'days',
    group: 'timing',
    definition: 'Since the opportunity came into its pipeline stage',
    missing: 'no stage is known',
    at: (state, nowMs) => since(state.stageSinceMs, DAY_MS, nowMs),
  },
  {
    name: 'firstResponseMinutes',
    unit: 'minutes',
    group: 'timing',
    definition: 'From the enquiry (record created, or first act of the lead) to the first act of a person of ours',
    missing: 'no enquiry, or no person of ours answered yet',
    at: (state) => (state.firstResponseMs === null ? Number.NaN : state.firstResponseMs / MINUTE_MS),
  },
  {
    name: 'weOweHours',
    unit: 'hours',
    group: 'timing',
    definition: 'We are silent: since the first act of the lead that no person of ours has answered',
    missing: 'nothing of theirs waits for us',
    at: (state, nowMs) => since(state.weOweSinceMs, HOUR_MS, nowMs),
  },
  {
    name: 'theyOweDays',
    unit: 'days',
    group: 'timing',
    definition: 'They are silent: since the first act of our people that the lead has not answered',
    missing: 'nothing of ours waits for them',
    at: (state, nowMs) => since(state.theyOweSinceMs, DAY_MS, nowMs),
  },
  {
    name: 'silenceShare',
    unit: 'share of the window',
    group: 'timing',
    definition: 'theyOweDays divided by the days of silence that are normal in the phase of the lead',
    missing: 'nothing of ours waits for them',
    at: (state, nowMs) => since(state.theyOweSinceMs, DAY_MS, nowMs) / phaseOf(state, nowMs).silenceDays,
  },
] as const satisfies readonly Feature[];

export type FeatureName = (typeof FEATURES)[number]['name'];

/**
 * All features of a lead at `nowMs`, in the order of FEATURES; NaN is missing. A state holds its events for good, so
 * the answer is never for a time before the last of them (see `decisionTime`).
 */
export function featuresAt(state: LeadState, nowMs: number): Float64Array {
  const atMs = decisionTime(state, nowMs);
  const features = new Float64Array(FEATURES.length);
  FEATURES.forEach((feature: Feature, index) => {
    features[index] = feature.at(state, atMs);
  });
  return features;
}

function since(atMs: number | null, unitMs: number, nowMs: number): number {
  return atMs === null ? Number.NaN : (nowMs - atMs) / unitMs;
}

/** Events in the last `days`, up to what the state remembers. */
function within(times: readonly number[], days: number, nowMs: number): number {
  return Math.min(MAX_COUNTED, times.filter((atMs) => atMs > nowMs - days * DAY_MS).length);
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
}

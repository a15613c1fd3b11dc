import { decayedAt } from './decay.ts';
import { DAY_MS, type Feature, median, MINUTE_MS, within } from './feature.ts';
import { BURST_MS, isByPerson, MAX_CLICKS } from './machines.ts';
import { type LeadState, MAX_COUNTED, MAX_REPLIES } from './state.ts';

const BY_LEAD = 'Messages, calls and voicemails from the lead and calls they answered';
const BY_US = 'Messages, calls and voicemails by a person of ours, automation left out,';
const ALL_OF_LEAD = 'All acts of the lead, each counting 1 when it happens and half as much every';
const ALL_OF_US = 'All acts of our people, each counting 1 when it happens and half as much every';
const NEVER = { group: 'engagement', missing: 'never' } as const;
const COUNT = { ...NEVER, unit: 'times' } as const;
const DECAYED = { ...NEVER, unit: 'decayed times' } as const;

/** What the lead and our people did. */
export const ACTS = [
  {
    ...COUNT,
    name: 'leadActs1d',
    definition: `${BY_LEAD} in 24 hours, ${MAX_COUNTED} at most`,
    more: 'warming',
    at: (state, nowMs) => within(state.leadActTimes, 1, nowMs),
  },
  {
    ...COUNT,
    name: 'leadActs3d',
    definition: `${BY_LEAD} in 3 days, ${MAX_COUNTED} at most`,
    more: 'warming',
    at: (state, nowMs) => within(state.leadActTimes, 3, nowMs),
  },
  {
    ...COUNT,
    name: 'leadActs7d',
    definition: `${BY_LEAD} in 7 days, ${MAX_COUNTED} at most`,
    more: 'warming',
    at: (state, nowMs) => within(state.leadActTimes, 7, nowMs),
  },
  {
    ...COUNT,
    name: 'leadActs30d',
    definition: `${BY_LEAD} in 30 days, ${MAX_COUNTED} at most`,
    more: 'warming',
    at: (state, nowMs) => within(state.leadActTimes, 30, nowMs),
  },
  {
    ...DECAYED,
    name: 'leadActsDecayed1d',
    definition: `${ALL_OF_LEAD} 24 hours`,
    more: 'warming',
    at: (state, nowMs) => decayedAt(state.leadActsDecayed, 0, nowMs),
  },
  {
    ...DECAYED,
    name: 'leadActsDecayed3d',
    definition: `${ALL_OF_LEAD} 3 days`,
    more: 'warming',
    at: (state, nowMs) => decayedAt(state.leadActsDecayed, 1, nowMs),
  },
  {
    ...DECAYED,
    name: 'leadActsDecayed',
    definition: `${ALL_OF_LEAD} 7 days`,
    more: 'warming',
    at: (state, nowMs) => decayedAt(state.leadActsDecayed, 2, nowMs),
  },
  {
    ...DECAYED,
    name: 'leadActsDecayed30d',
    definition: `${ALL_OF_LEAD} 30 days`,
    more: 'warming',
    at: (state, nowMs) => decayedAt(state.leadActsDecayed, 3, nowMs),
  },
  {
    ...COUNT,
    name: 'agentActs1d',
    definition: `${BY_US} in 24 hours, ${MAX_COUNTED} at most`,
    at: (state, nowMs) => within(state.agentActTimes, 1, nowMs),
  },
  {
    ...COUNT,
    name: 'agentActs3d',
    definition: `${BY_US} in 3 days, ${MAX_COUNTED} at most`,
    at: (state, nowMs) => within(state.agentActTimes, 3, nowMs),
  },
  {
    ...COUNT,
    name: 'agentActs7d',
    definition: `${BY_US} in 7 days, ${MAX_COUNTED} at most`,
    at: (state, nowMs) => within(state.agentActTimes, 7, nowMs),
  },
  {
    ...COUNT,
    name: 'agentActs30d',
    definition: `${BY_US} in 30 days, ${MAX_COUNTED} at most`,
    at: (state, nowMs) => within(state.agentActTimes, 30, nowMs),
  },
  {
    ...DECAYED,
    name: 'agentActsDecayed1d',
    definition: `${ALL_OF_US} 24 hours`,
    at: (state, nowMs) => decayedAt(state.agentActsDecayed, 0, nowMs),
  },
  {
    ...DECAYED,
    name: 'agentActsDecayed3d',
    definition: `${ALL_OF_US} 3 days`,
    at: (state, nowMs) => decayedAt(state.agentActsDecayed, 1, nowMs),
  },
  {
    ...DECAYED,
    name: 'agentActsDecayed',
    definition: `${ALL_OF_US} 7 days`,
    at: (state, nowMs) => decayedAt(state.agentActsDecayed, 2, nowMs),
  },
  {
    ...DECAYED,
    name: 'agentActsDecayed30d',
    definition: `${ALL_OF_US} 30 days`,
    at: (state, nowMs) => decayedAt(state.agentActsDecayed, 3, nowMs),
  },
  {
    ...COUNT,
    name: 'clicks7d',
    definition: `Links in our e-mails followed in 7 days, those of machines left out, among the latest ${MAX_CLICKS} clicks; a click counts once it is ${BURST_MS / 1000} seconds old, as a machine cannot be told before`,
    more: 'warming',
    at: clicksInWeek,
  },
  {
    ...NEVER,
    name: 'twoWay',
    unit: 'yes or no',
    definition: '1 when both the lead and a person of ours have acted, else 0',
    more: 'warming',
    at: (state) => Number(state.leadActs > 0 && state.agentActs > 0),
  },
  {
    ...COUNT,
    name: 'talks',
    definition: 'Calls in which both sides spoke',
    more: 'warming',
    at: (state) => state.talks,
  },
  {
    ...NEVER,
    name: 'talkMinutes',
    unit: 'minutes',
    definition: 'Minutes spoken in all calls, a day at most each',
    more: 'warming',
    at: (state) => state.talkSeconds / 60,
  },
  {
    ...COUNT,
    name: 'attempts',
    definition: 'Acts of our people since the lead last gave a sign (acted, kept or booked an appointment)',
    more: 'cooling',
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
    name: 'ourReplyMinutes',
    unit: 'minutes',
    group: 'engagement',
    definition: `Median of our latest ${MAX_REPLIES} reply times, each from the first act of theirs that waited to an act of a person of ours`,
    missing: 'no person of ours ever replied',
    at: (state) => median(state.ourRepliesMs) / MINUTE_MS,
  },
  {
    ...COUNT,
    name: 'documentsSent',
    definition: 'Proposals and other documents sent to the lead',
    at: (state) => state.documentsSent,
  },
  {
    ...NEVER,
    name: 'optedOut',
    unit: 'yes or no',
    definition: '1 when the lead asked not to be contacted, or unsubscribed, and did not take it back',
    more: 'cooling',
    at: (state) => Number(state.optedOut),
  },
] as const satisfies readonly Feature[];

function clicksInWeek({ mail: { clicks } }: LeadState, nowMs: number): number {
  const afterMs = nowMs - 7 * DAY_MS;
  let counted = 0;
  for (const click of clicks) if (click.atMs > afterMs && isByPerson(click, nowMs)) counted += 1;
  return counted;
}

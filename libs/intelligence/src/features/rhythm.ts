import { DAY_MS, type Feature, HOUR_MS } from './feature.ts';

/** The epoch began on a Thursday. */
const EPOCH_WEEKDAY = 3;

/** Pauses between acts, and times of the day and week. The zone of the lead is not known, so all are UTC. */
export const RHYTHM = [
  {
    name: 'longestGapDays',
    unit: 'days',
    group: 'timing',
    definition: 'Longest time between two acts that followed each other, of the lead or a person of ours',
    missing: 'fewer than two acts',
    at: ({ longestGapMs }) => (longestGapMs === null ? Number.NaN : longestGapMs / DAY_MS),
  },
  {
    name: 'latestGapDays',
    unit: 'days',
    group: 'timing',
    definition: 'Time between the last two acts, of the lead or a person of ours',
    missing: 'fewer than two acts',
    at: ({ latestGapMs }) => (latestGapMs === null ? Number.NaN : latestGapMs / DAY_MS),
  },
  {
    name: 'meanGapDays',
    unit: 'days',
    group: 'timing',
    definition: 'Mean time between acts, of the lead or a person of ours',
    missing: 'fewer than two acts',
    at: ({ acts, firstActAtMs, lastActAtMs }) =>
      acts < 2 || firstActAtMs === null || lastActAtMs === null
        ? Number.NaN
        : (lastActAtMs - firstActAtMs) / (acts - 1) / DAY_MS,
  },
  {
    name: 'hour',
    unit: 'hours, UTC',
    group: 'timing',
    definition: 'Time of day of the decision, 0 to 24',
    missing: 'never',
    at: (_, nowMs) => hourOf(nowMs),
  },
  {
    name: 'weekday',
    unit: 'day, UTC',
    group: 'timing',
    definition: 'Day of the week of the decision, 0 is Monday',
    missing: 'never',
    at: (_, nowMs) => weekdayOf(nowMs),
  },
  {
    name: 'leadActHour',
    unit: 'hours, UTC',
    group: 'timing',
    definition: "Time of day of the lead's last act, 0 to 24",
    missing: 'the lead never acted',
    at: ({ lastLeadActAtMs }) => (lastLeadActAtMs === null ? Number.NaN : hourOf(lastLeadActAtMs)),
  },
  {
    name: 'leadActWeekday',
    unit: 'day, UTC',
    group: 'timing',
    definition: "Day of the week of the lead's last act, 0 is Monday",
    missing: 'the lead never acted',
    at: ({ lastLeadActAtMs }) => (lastLeadActAtMs === null ? Number.NaN : weekdayOf(lastLeadActAtMs)),
  },
] as const satisfies readonly Feature[];

function hourOf(atMs: number): number {
  return (atMs % DAY_MS) / HOUR_MS;
}

function weekdayOf(atMs: number): number {
  return (Math.floor(atMs / DAY_MS) + EPOCH_WEEKDAY) % 7;
}

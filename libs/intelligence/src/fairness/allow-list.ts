import type { FeatureName } from '../features/table.ts';

/** What of a lead's events a feature may be made from. */
export type Basis =
  | 'how the lead came' // one of three classes, never the text
  | 'the deal' // status, value, stages, agents: none of them by its name
  | 'what the lead did' // that it acted and when, never what it wrote
  | 'what our people did'
  | 'appointments' // how many, their fate and time, never where
  | 'consent'
  | 'the clock';

/**
 * Everything that may enter a score. A feature that is not here does not compile, and a column that is not here is
 * refused by `barredAmong`: a new one is let in by one line, which a reviewer sees.
 */
export const ALLOWED: Readonly<Record<FeatureName, Basis>> = {
  source: 'how the lead came',
  opportunityStatus: 'the deal',
  opportunityValue: 'the deal',
  stage: 'the deal',
  stagesReached: 'the deal',
  handOffs: 'the deal',
  leadActs1d: 'what the lead did',
  leadActs3d: 'what the lead did',
  leadActs7d: 'what the lead did',
  leadActs30d: 'what the lead did',
  leadActsDecayed1d: 'what the lead did',
  leadActsDecayed3d: 'what the lead did',
  leadActsDecayed: 'what the lead did',
  leadActsDecayed30d: 'what the lead did',
  agentActs1d: 'what our people did',
  agentActs3d: 'what our people did',
  agentActs7d: 'what our people did',
  agentActs30d: 'what our people did',
  agentActsDecayed1d: 'what our people did',
  agentActsDecayed3d: 'what our people did',
  agentActsDecayed: 'what our people did',
  agentActsDecayed30d: 'what our people did',
  clicks7d: 'what the lead did',
  twoWay: 'what the lead did',
  talks: 'what the lead did',
  talkMinutes: 'what the lead did',
  attempts: 'what our people did',
  replyMinutes: 'what the lead did',
  ourReplyMinutes: 'what our people did',
  documentsSent: 'what our people did',
  optedOut: 'consent',
  appointmentsOpen: 'appointments',
  appointmentsBooked: 'appointments',
  appointmentsKept: 'appointments',
  appointmentsMissed: 'appointments',
  appointmentsCancelled: 'appointments',
  daysSinceAppointment: 'appointments',
  daysSinceKept: 'appointments',
  ageDays: 'the clock',
  daysSinceEvent: 'the clock',
  daysSinceSign: 'what the lead did',
  daysSinceLeadAct: 'what the lead did',
  daysSinceAgentAct: 'what our people did',
  daysInStage: 'the deal',
  firstResponseMinutes: 'what our people did',
  weOweHours: 'what our people did',
  theyOweDays: 'what the lead did',
  silenceShare: 'what the lead did',
  longestGapDays: 'what the lead did',
  latestGapDays: 'what the lead did',
  meanGapDays: 'what the lead did',
  hour: 'the clock',
  weekday: 'the clock',
  leadActHour: 'the clock',
  leadActWeekday: 'the clock',
};

/** Barred words that an allowed name holds, each in another sense. */
export const OTHER_SENSE: Readonly<Partial<Record<FeatureName, readonly string[]>>> = {
  ageDays: ['age'], // of the record, not of a person
};

/*
 * The rates of the simulated market. Those with a source come from studies of the field, each for its own scope:
 * about half of enquiries never answered by a person (a mystery shop of 384 residential enquiries: 48 %, mean 15 hours
 * among the rest); online leads close at 0.5 to 3 %, about 5 % reach an appointment; referrals close at 10 to 30 %;
 * enquiry to closing takes 6 to 18 months. The others are plausible, and ours.
 */

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Where leads come from. `meets`: chance of an appointment after an answer of middling speed; `closes`: of those who met. */
export interface Source {
  readonly name: string;
  readonly share: number;
  readonly online: boolean;
  readonly meets: number;
  readonly closes: number;
  /** Message type of the first enquiry; null when the lead only left a form. */
  readonly enquiry: 'SMS' | 'Email' | 'FB' | null;
}

export const SOURCES: readonly Source[] = [
  { name: 'Homefinder portal', share: 0.3, online: true, meets: 0.13, closes: 0.33, enquiry: 'Email' },
  { name: 'Website form', share: 0.2, online: true, meets: 0.16, closes: 0.36, enquiry: null },
  { name: 'Home valuation landing page', share: 0.12, online: true, meets: 0.14, closes: 0.33, enquiry: null },
  { name: 'Facebook lead form', share: 0.16, online: true, meets: 0.1, closes: 0.28, enquiry: 'FB' },
  { name: 'Search ads', share: 0.08, online: true, meets: 0.13, closes: 0.33, enquiry: 'SMS' },
  { name: 'Open house', share: 0.06, online: false, meets: 0.25, closes: 0.3, enquiry: null },
  { name: 'Referral', share: 0.08, online: false, meets: 0.44, closes: 0.5, enquiry: 'SMS' },
];

/** When a lead means to move. `replies` scales how readily they answer. */
export interface Phase {
  readonly name: 'now' | '3-6 months' | '6-12 months' | 'over a year';
  readonly share: number;
  readonly replies: number;
  /** Median days from enquiry to closing, for those who close. */
  readonly closesAfterDays: number;
}

export const PHASES: readonly Phase[] = [
  { name: 'now', share: 0.2, replies: 1.3, closesAfterDays: 150 },
  { name: '3-6 months', share: 0.3, replies: 1, closesAfterDays: 240 },
  { name: '6-12 months', share: 0.3, replies: 0.8, closesAfterDays: 330 },
  { name: 'over a year', share: 0.2, replies: 0.55, closesAfterDays: 450 },
];

/** How much the delay of the first human answer moves the odds of ever meeting. */
export function speedFactor(answerAfterMs: number): number {
  if (answerAfterMs <= 5 * MINUTE_MS) return 2;
  if (answerAfterMs <= HOUR_MS) return 1.3;
  return answerAfterMs <= DAY_MS ? 0.9 : 0.55;
}

/** Agents' chance to answer an enquiry at all, in person: from the neglectful to the diligent. Mean 0.52. */
export const DILIGENCE = [0.22, 0.38, 0.5, 0.58, 0.66, 0.78] as const;
/** A referral is a name the agent knows. */
export const ANSWERS_REFERRAL = 0.96;

export const AFTER_APPOINTMENT = { kept: 0.72, missed: 0.12, cancelled: 0.08, moved: 0.08 } as const;

/** Days between follow-ups to a lead who does not answer. */
export const FOLLOW_UP_DAYS = [1, 2, 4, 7, 14, 21, 30, 45] as const;

/** Mail privacy proxies open half of all mail on delivery; some gateways click every link within seconds. */
export const MAIL = {
  everyDays: [6, 12],
  atMost: 9,
  machineOpens: 0.5,
  botClicks: 0.06,
  personOpens: 0.16,
  personClicks: 0.15,
  bounces: 0.015,
  unsubscribes: 0.004,
} as const;

export const OPTS_OUT = 0.03;

export const STAGES = ['New', 'Contacted', 'Talking', 'Appointment', 'Active', 'Closing'] as const;
export type Stage = (typeof STAGES)[number];

import type { Band, LeadEvent, LeadProfile, ModelScore, Reason, ScoredLead } from '@hub/contracts';

/** A row of the queue: what a scored lead says, without what only services need. */
export type Row = Omit<ScoredLead, 'eventIds' | 'traceparent'>;

export type Profile = LeadProfile;
export type ExplainedScore = LeadProfile['conversion'];

/** One webhook of a lead and the events it became. */
export interface TimelineEntry {
  readonly eventId: string;
  readonly type: string;
  readonly atMs: number;
  readonly receivedAtMs: number;
  readonly events: readonly LeadEvent[];
  /** Why a machine is held to have done it, which then counts in no score: "by a machine: three links in 2 s". */
  readonly machine: string | null;
  readonly body: unknown;
}

export type { Band, LeadEvent, ModelScore, Reason };

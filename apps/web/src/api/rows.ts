import type {
  Band,
  DecidingModel,
  ExplainedScore,
  LeadEvent,
  LeadProfile,
  ModelScore,
  Reason,
  ScoredLead,
  ThinEvidence,
} from '@hub/contracts';

/** A row of the queue: what a scored lead says, without what only services need. */
export type Row = Omit<ScoredLead, 'eventIds' | 'traceparent'>;

export type Profile = LeadProfile;

export type ModelName = 'conversion' | 'goingCold' | 'match';

/** Where in the timeline a reason comes from. */
export interface ReasonLink {
  /** Of timeline entries, newest first; never empty. */
  readonly eventIds: readonly string[];
  /** When the newest of them happened. */
  readonly latestMs: number;
}

/** Links of one decision's reasons, by model and feature; a reason that comes from no event has none. */
export interface ReasonLinks {
  /** Of the decision: those of another explain nothing. */
  readonly version: number;
  readonly of: Readonly<Record<ModelName, ReadonlyMap<string, ReasonLink>>>;
}

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

export type { Band, DecidingModel, ExplainedScore, LeadEvent, ModelScore, Reason, ThinEvidence };

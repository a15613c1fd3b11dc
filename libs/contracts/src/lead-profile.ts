import { z } from 'zod';
import type { RequestContract } from './contract.ts';
import { modelScore, reason, scoredLead } from './lead-scored.ts';

/** The model behind one score. */
export const decidingModel = z.object({
  kind: z.enum(['prior', 'learned']),
  /** Null for a prior that is no registered model. */
  version: z.string().nullable(),
  hash: z.string(),
  /** What it learned from and, later in time, was checked on; null for a prior. */
  learned: z
    .object({
      leads: z.number().int(),
      untilMs: z.number(),
      checkedLeads: z.number().int(),
      checkedUntilMs: z.number(),
    })
    .nullable(),
});
export type DecidingModel = z.infer<typeof decidingModel>;

const explainedScore = modelScore.extend({
  intercept: z.number(),
  reasons: z.array(reason),
  /** Absent from profiles cached before it was told. */
  model: decidingModel.nullable().default(null),
});
export type ExplainedScore = z.infer<typeof explainedScore>;

/** One lead with every reason of its scores. */
export const leadProfile = scoredLead.omit({ eventIds: true, traceparent: true, reasons: true }).extend({
  tenantId: z.string(),
  firstSeenAtMs: z.number().int(),
  eventCount: z.number().int(),
  assignedTo: z.string().nullable(),
  source: z.string().nullable(),
  conversion: explainedScore,
  goingCold: explainedScore,
  /** Of the model in the third slot; null while that is empty. */
  match: explainedScore.nullable().default(null),
});
export type LeadProfile = z.infer<typeof leadProfile>;

export const leadProfileRequest = z.object({ tenantId: z.string().min(1), leadId: z.string().min(1) });
export type LeadProfileRequest = z.infer<typeof leadProfileRequest>;

/** `servedFrom`: l1 memory, l2 Redis, l3 Postgres. A lead of another tenant is not found. */
export const leadProfileReply = z.discriminatedUnion('found', [
  z.object({ found: z.literal(true), servedFrom: z.enum(['l1', 'l2', 'l3']), profile: leadProfile }),
  z.object({ found: z.literal(false) }),
]);
export type LeadProfileReply = z.infer<typeof leadProfileReply>;

/** Asked by: analytics. Answered by: cache. */
export const leadProfileOf: RequestContract<LeadProfileRequest, LeadProfileReply> = {
  subject: 'lead.profile',
  request: leadProfileRequest,
  reply: leadProfileReply,
};

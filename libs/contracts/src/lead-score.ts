import { z } from 'zod';
import { isSubjectToken, type RequestContract } from './contract.ts';
import { band, modelScore, reason } from './lead-scored.ts';

export const MAX_LEADS_ASKED = 256;

const leadId = z
  .string()
  .min(1)
  .max(200)
  .refine((id) => !id.includes('\0'), 'holds a NUL');

export const leadScoreRequest = z.object({
  tenantId: z.string().refine(isSubjectToken, 'is no tenant id'),
  leadIds: z.array(leadId).min(1).max(MAX_LEADS_ASKED),
  /** When to judge, epoch ms: the events until then and the time then. Left out: now. */
  atMs: z.number().int().nonnegative().optional(),
  /** When whoever asks gives up, epoch ms. */
  deadlineMs: z.number().int(),
});
export type LeadScoreRequest = z.infer<typeof leadScoreRequest>;

/** What one model says, with all its reasons, strongest first. */
const judgement = modelScore.extend({ intercept: z.number(), reasons: z.array(reason), modelHash: z.string() });
export type Judgement = z.infer<typeof judgement>;

/** A lead of another tenant is not found. */
const leadScoreAnswer = z.discriminatedUnion('found', [
  z.object({
    found: z.literal(true),
    leadId: z.string(),
    /** The time asked for, or the lead's last event where the CRM's clock is ahead of ours. */
    judgedAtMs: z.number().int(),
    band,
    conversion: judgement,
    goingCold: judgement,
    /** null while the third slot is empty. */
    match: judgement.nullable(),
    modelKind: z.enum(['prior', 'learned']),
    servedBy: z.enum(['onnx', 'builtin']),
  }),
  z.object({ found: z.literal(false), leadId: z.string() }),
]);
export type LeadScoreAnswer = z.infer<typeof leadScoreAnswer>;

/**
 * `scored`: one answer for each lead, in the order asked. `expired`: the deadline passed first. `overloaded`: too many
 * leads wait already, of this tenant or of all; ask again later.
 */
export const leadScoreReply = z.discriminatedUnion('outcome', [
  z.object({ outcome: z.literal('scored'), leads: z.array(leadScoreAnswer) }),
  z.object({ outcome: z.literal('expired') }),
  z.object({ outcome: z.literal('overloaded') }),
]);
export type LeadScoreReply = z.infer<typeof leadScoreReply>;

/** Asks for decisions that are neither stored nor published. Answered by: scoring. */
export const leadScoreOf: RequestContract<LeadScoreRequest, LeadScoreReply> = {
  subject: 'lead.score',
  request: leadScoreRequest,
  reply: leadScoreReply,
};

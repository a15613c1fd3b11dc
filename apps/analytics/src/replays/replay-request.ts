import { z } from 'zod';
import { tenantParameter } from '../tenant.guard.ts';

/** What a job needs to be told besides the selection of what it sends. */
export const replayOrder = {
  tenant: tenantParameter.describe('left out by an operator: every tenant').optional(),
  /** Webhooks per second. */
  ratePerS: z.number().int().min(1).max(2_000).default(50),
  reason: z.string().min(1).max(300).default('replayed by hand'),
  /** Only say what would be touched. */
  dryRun: z.boolean().default(false),
};

export const reachAnswer = z.object({
  /** Letters or deliveries that match. */
  matched: z.number().int(),
  events: z.number().int(),
  leads: z.number().int(),
  /** Whether there are more than were counted. */
  more: z.boolean(),
});

export const replayJob = z.object({
  id: z.string(),
  tenantId: z.string(),
  kind: z.enum(['dead', 'delivery']),
  filter: z.record(z.string(), z.unknown()),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  ratePerS: z.number().int(),
  total: z.number().int(),
  sent: z.number().int(),
  leads: z.number().int(),
  requestedBy: z.string(),
  reason: z.string(),
  failure: z.string().nullable(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
  finishedAtMs: z.number().int().nullable(),
});
export type ReplayJob = z.infer<typeof replayJob>;

/** `job` is null after a dry run, and where nothing matches. */
export const replayAnswer = z.object({ reach: reachAnswer, job: replayJob.nullable() });
export type ReplayAnswer = z.infer<typeof replayAnswer>;

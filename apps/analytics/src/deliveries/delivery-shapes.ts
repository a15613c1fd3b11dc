import { DELIVERY_OUTCOMES } from '@hub/database';
import { z } from 'zod';
import { letterLine } from '../dead-letters/letter-shapes.ts';

/** One copy of a webhook in the inbox, with the times of its life. */
export const deliveryLine = z.object({
  tenantId: z.string(),
  eventId: z.string(),
  type: z.string().nullable(),
  leadId: z.string().nullable(),
  source: z.string(),
  sourceId: z.string(),
  outcome: z.enum(DELIVERY_OUTCOMES),
  attempts: z.number().int(),
  /** The job that sent it again; null when a sender did. */
  replayId: z.string().nullable(),
  packSequence: z.string(),
  packPosition: z.number().int(),
  /** When the gateway had the whole body. */
  receivedAtMs: z.number().int(),
  /** When the broker had it on disk. */
  storedAtMs: z.number().int(),
  /** When the transaction that decided about it ran. */
  settledAtMs: z.number().int(),
});

export const deliveryPage = z.object({ deliveries: z.array(deliveryLine), nextCursor: z.string().nullable() });
export type DeliveryPage = z.infer<typeof deliveryPage>;

const decision = z.object({
  leadId: z.string(),
  version: z.number().int(),
  scoredAtMs: z.number().int(),
  band: z.string(),
  conversionLogit: z.number(),
  goingColdLogit: z.number(),
});

/** All that is known of one webhook. */
export const deliveryLife = z.object({
  tenantId: z.string(),
  eventId: z.string(),
  /** When it happened, by the sender's clock. */
  atMs: z.number().int().nullable(),
  headers: z.record(z.string(), z.string()),
  traceparent: z.string(),
  body: z.unknown(),
  bodyEncoding: z.enum(['json', 'text', 'base64']),
  /** Every copy, oldest first: the sender's retries and our replays. */
  copies: z.array(deliveryLine),
  /** The decision that applied it. */
  decision: decision.nullable(),
  letter: letterLine
    .extend({ attemptLog: z.array(z.object({ atMs: z.number(), reason: z.string(), cause: z.string() })) })
    .nullable(),
});
export type DeliveryLife = z.infer<typeof deliveryLife>;

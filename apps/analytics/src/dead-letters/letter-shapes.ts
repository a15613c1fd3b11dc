import { LETTER_STATES } from '@hub/database';
import { z } from 'zod';

export const letterLine = z.object({
  id: z.string(),
  tenantId: z.string(),
  eventId: z.string(),
  state: z.enum(LETTER_STATES),
  reason: z.string(),
  /** Where in the code it failed; with the reason the root cause. */
  cause: z.string(),
  type: z.string().nullable(),
  leadId: z.string().nullable(),
  sourceId: z.string(),
  attempts: z.number().int(),
  bytes: z.number().int(),
  receivedAtMs: z.number().int(),
  firstFailedAtMs: z.number().int(),
  lastFailedAtMs: z.number().int(),
  sentAgainAtMs: z.number().int().nullable(),
  /** When it was applied after all, or dropped. */
  settledAtMs: z.number().int().nullable(),
});

export const letterPage = z.object({ letters: z.array(letterLine), nextCursor: z.string().nullable() });
export type LetterPage = z.infer<typeof letterPage>;

export const letterGroup = z.object({
  reason: z.string(),
  cause: z.string(),
  letters: z.number().int(),
  dead: z.number().int(),
  parked: z.number().int(),
  replayed: z.number().int(),
  dropped: z.number().int(),
  tenants: z.number().int(),
  firstFailedAtMs: z.number().int(),
  lastFailedAtMs: z.number().int(),
  exampleId: z.string(),
});

export const letterGroupsAnswer = z.object({ groups: z.array(letterGroup) });

export const wholeLetter = letterLine.extend({
  detail: z.string().nullable(),
  headers: z.record(z.string(), z.string()),
  traceparent: z.string(),
  /** The latest attempts, oldest first. */
  attemptLog: z.array(z.object({ atMs: z.number(), reason: z.string(), cause: z.string() })),
  /** The exact bytes, in base64. */
  bytesBase64: z.string(),
  body: z.unknown(),
  bodyEncoding: z.enum(['json', 'text', 'base64']),
});

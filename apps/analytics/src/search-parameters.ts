import { type BodyPath, parseBodyPath } from '@hub/database';
import { z } from 'zod';

/** Epoch ms, or ISO 8601 with its offset. */
export const timeParameter = z.union([z.coerce.number().int().min(0).max(8.64e15), z.iso.datetime({ offset: true })], {
  error: 'must be epoch ms or ISO 8601 with an offset',
});

export function timeMs(value: z.infer<typeof timeParameter> | undefined): number | undefined {
  return typeof value === 'string' ? Date.parse(value) : value;
}

const pathParameter = z
  .string()
  .max(600)
  .describe('a value at a place in the JSON body: $.contact.email=ann@example.com')
  .refine((text) => parseBodyPath(text) !== null, 'must look like $.contact.email=value');

/** What letters and deliveries are both searched by, as strings of a query or fields of a body. */
export const searchParameters = {
  type: z.string().min(1).max(200).optional(),
  event: z.string().min(1).max(200).describe('id of the webhook').optional(),
  lead: z.string().min(1).max(200).describe('id of the contact').optional(),
  source: z.string().min(1).max(64).describe('id of the source').optional(),
  from: timeParameter.optional(),
  to: timeParameter.optional(),
  text: z.string().min(1).max(400).describe('words that all stand in the body').optional(),
  path: pathParameter.optional(),
};

export type SearchParameters = z.infer<z.ZodObject<typeof searchParameters>>;

/** The common part of a filter. */
export function searchOf({ type, event, lead, source, from, to, text, path }: SearchParameters) {
  return {
    type,
    eventId: event,
    leadId: lead,
    sourceId: source,
    fromMs: timeMs(from),
    toMs: timeMs(to),
    text,
    bodyPath: path === undefined ? undefined : ((parseBodyPath(path) satisfies BodyPath | null) ?? undefined),
  };
}

/** Where a page of a search ended; opaque to its reader. */
export function positionParameter<T extends z.ZodType>(position: T) {
  return z
    .string()
    .max(400)
    .describe('nextCursor of the page before')
    .transform((text, context): z.infer<T> => {
      const parsed = position.safeParse(decoded(text));
      if (parsed.success) return parsed.data;
      context.addIssue({ code: 'custom', message: 'is not a cursor of this list' });
      return z.NEVER;
    });
}

export function encodePosition(position: object | null): string | null {
  return position === null ? null : Buffer.from(JSON.stringify(position)).toString('base64url');
}

function decoded(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null; // Not JSON, so not ours.
  }
}

import { z } from 'zod';

/** Where a page of a list ended: the sort key of its last row, and the row's id to tell equal keys apart. */
export interface Cursor {
  /** The list it belongs to: a cursor of one order means nothing in another. */
  readonly list: string;
  readonly key: number;
  readonly id: string;
}

const MAX_LENGTH = 400;

const content = z.tuple([z.string(), z.number(), z.string()]);

export function encodeCursor({ list, key, id }: Cursor): string {
  return Buffer.from(JSON.stringify([list, key, id])).toString('base64url');
}

/** @returns null when it is none of ours. */
export function decodeCursor(text: string): Cursor | null {
  if (text.length > MAX_LENGTH) return null;
  let raw: unknown;
  try {
    raw = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return null; // Not JSON, so not ours.
  }
  const parsed = content.safeParse(raw);
  return parsed.success ? { list: parsed.data[0], key: parsed.data[1], id: parsed.data[2] } : null;
}

/** A cursor in a query string. */
export const cursorParameter = z
  .string()
  .describe('nextCursor of the page before')
  .transform((text, context): Cursor => {
    const cursor = decodeCursor(text);
    if (cursor !== null) return cursor;
    context.addIssue({ code: 'custom', message: 'is not a cursor of this API' });
    return z.NEVER;
  });

/** A whole number in a query string. */
export function limitParameter({ max, standard }: { readonly max: number; readonly standard: number }) {
  const error = `must be a whole number from 1 to ${max}`;
  return z.coerce.number({ error }).int(error).min(1, error).max(max, error).default(standard);
}

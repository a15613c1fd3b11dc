import { z } from 'zod';
import { isObject } from './json-body.ts';

/*
 * GHL may leave out any field, send null, or change its kind: a field that is not what it should be is missing (null),
 * so one odd field never costs the rest of the event.
 */

const MAX_TEXT = 300;

function missingUnless<T>(read: (value: unknown) => T) {
  return z.unknown().optional().transform(read);
}

/** Text without what Postgres refuses (NUL, lone surrogates); blank is missing, overlong is cut. */
export const text = missingUnless((value) => {
  if (typeof value !== 'string') return null;
  const clean = value.slice(0, MAX_TEXT).toWellFormed().replaceAll('\0', '').trim();
  return clean === '' ? null : clean;
});

/** Text of a closed vocabulary, in lower case. */
export const word = text.transform((value) => value?.toLowerCase() ?? null);

export const finite = missingUnless((value) => (typeof value === 'number' && Number.isFinite(value) ? value : null));

export const flag = missingUnless((value) => (typeof value === 'boolean' ? value : null));

/** How many items a list has. */
export const size = missingUnless((value) => (Array.isArray(value) ? value.length : null));

/** Epoch ms from an ISO 8601 text. */
export const time = missingUnless((value) => (typeof value === 'string' ? isoTime(value) : null));

/** Epoch ms from epoch seconds. */
export const seconds = finite.transform((value) => (value === null ? null : Math.round(value * 1000)));

/** A nested object; anything else reads as an object with every field missing. */
export function part<Shape extends z.ZodObject>(shape: Shape) {
  return missingUnless((value) => (isObject(value) ? value : {})).pipe(shape);
}

/** Keys and values of a nested object; anything else is empty. */
export const entries = missingUnless((value): [string, unknown][] => (isObject(value) ? Object.entries(value) : []));

const ISO_TIME = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?)?(?<zone>Z|[+-]\d\d:?\d\d)?$/;

/** A time without zone is read as UTC: Date.parse alone would take the zone of the machine. */
function isoTime(value: string): number | null {
  const match = ISO_TIME.exec(value);
  if (match === null) return null;
  const zoned = value.includes('T') && match.groups?.['zone'] === undefined ? `${value}Z` : value;
  const atMs = Date.parse(zoned);
  return Number.isNaN(atMs) ? null : atMs;
}

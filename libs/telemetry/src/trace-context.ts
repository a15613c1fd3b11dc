import { randomHex } from './random-hex.ts';

/*
 * The `traceparent` header of W3C Trace Context (https://www.w3.org/TR/trace-context/):
 * version-traceId-parentId-flags, lower-case hex.
 */
const SHAPE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/s;
const SAMPLED = 1;

export interface TraceContext {
  readonly traceId: string;
  /** Of the span that a new one is a child of. */
  readonly spanId: string;
  readonly flags: number;
}

/** null for what is not a valid `traceparent`. */
export function parseTraceparent(traceparent: string): TraceContext | null {
  const [, version, traceId, spanId, flags, more] = SHAPE.exec(traceparent) ?? [];
  if (version === undefined || traceId === undefined || spanId === undefined || flags === undefined) return null;
  if (version === 'ff') return null;
  // Later versions may append fields; version 00 may not.
  if (version === '00' && more !== undefined) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, flags: Number.parseInt(flags, 16) };
}

/**
 * The `traceparent` of a new span: a child of `traceparent` where that is valid, else the root of a new, sampled trace.
 * Always version 00, with no flag but `sampled`, the only one we understand.
 */
export function continueTrace(traceparent: string | undefined): string {
  const parent = traceparent === undefined ? null : parseTraceparent(traceparent);
  const random = randomHex(24);
  const spanId = random.slice(0, 16);
  if (parent === null) return `00-${random.slice(16)}-${spanId}-01`;
  return `00-${parent.traceId}-${spanId}-0${parent.flags & SAMPLED}`;
}

/**
 * The 32 hex digits that all spans of one trace share.
 * @throws RangeError when `traceparent` is not one `continueTrace` could have made or taken.
 */
export function traceIdOf(traceparent: string): string {
  const context = parseTraceparent(traceparent);
  if (context === null) throw new RangeError('not a W3C traceparent');
  return context.traceId;
}

/** Whether whoever began the trace wants its spans recorded; of what `continueTrace` or a span made. */
export function isSampled(traceparent: string): boolean {
  return traceparent.endsWith('1');
}

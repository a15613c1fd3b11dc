/** As OpenTelemetry names them: who starts work for whom. */
export type SpanKind = 'server' | 'producer' | 'consumer' | 'client' | 'internal';

/** Named as in the semantic conventions of OpenTelemetry where these have a name. Nothing personal, no secret. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

export interface SpanOptions {
  readonly kind: SpanKind;
  readonly attributes?: Attributes;
}

/** A piece of work being timed as a part of a trace. */
export interface Span {
  /** W3C trace context that makes others continue from here; its flag says whether anyone is to record. */
  readonly traceparent: string;
  child(name: string, options: SpanOptions): Span;
  set(attributes: Attributes): void;
  /** @param error What the work ended with. Only its kind is told: texts of errors may name people, hosts or queries. */
  end(error?: unknown): void;
}

/**
 * Spans for OpenTelemetry. Where no collector is configured there are none: every method answers null, nothing is
 * allocated, and callers write `span?.end()`.
 */
export abstract class Tracing {
  /** A span that continues `traceparent`, or begins a trace without a valid one. */
  abstract begin(name: string, options: SpanOptions & { readonly traceparent?: string | undefined }): Span | null;

  /**
   * One span for what is done for many traces at once. A span has one parent: it continues the first of `traceparents` that
   * is sampled and links to all others that are. null when none is.
   */
  abstract beginForMany(
    name: string,
    options: SpanOptions & { readonly traceparents: () => readonly (string | null)[] },
  ): Span | null;

  /** Sends what is recorded, for a few seconds at most. Never rejects. */
  abstract stop(): Promise<void>;
}

export class NoTracing extends Tracing {
  begin(): null {
    return null;
  }

  beginForMany(): null {
    return null;
  }

  async stop(): Promise<void> {}
}

/** Runs `work` as a part of `parent`; without one, only runs it. */
export async function within<T>(
  parent: Span | null,
  name: string,
  options: SpanOptions,
  work: (span: Span | null) => Promise<T>,
): Promise<T> {
  return traced(parent === null ? null : parent.child(name, options), work);
}

/** Runs `work` and ends its span with it. */
export async function traced<T>(span: Span | null, work: (span: Span | null) => Promise<T>): Promise<T> {
  if (span === null) return work(null);
  try {
    const result = await work(span);
    span.end();
    return result;
  } catch (error) {
    span.end(error);
    throw error;
  }
}

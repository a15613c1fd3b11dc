import {
  type Context,
  ROOT_CONTEXT,
  SpanKind as OtelKind,
  type Span as OtelSpan,
  SpanStatusCode,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import type { TracerProvider } from '@opentelemetry/sdk-trace';
import { setTimeout as pause } from 'node:timers/promises';
import { isSampled, parseTraceparent } from '../trace-context.ts';
import { errorKind } from './error-kind.ts';
import { type Attributes, type Span, type SpanKind, type SpanOptions, Tracing } from './tracing.ts';

const STOP_DEADLINE_MS = 3_000;
const SCOPE = 'enterprisehub';

const KINDS: Readonly<Record<SpanKind, OtelKind>> = {
  server: OtelKind.SERVER,
  producer: OtelKind.PRODUCER,
  consumer: OtelKind.CONSUMER,
  client: OtelKind.CLIENT,
  internal: OtelKind.INTERNAL,
};

/** Spans of the OpenTelemetry SDK. Parents are handed on by hand, so that no context has to follow every callback. */
export class OtelTracing extends Tracing {
  readonly #provider: TracerProvider;
  readonly #tracer: Tracer;
  readonly #stopDeadlineMs: number;

  /** @param stopDeadlineMs Longest wait for a collector at the end. */
  constructor(provider: TracerProvider, stopDeadlineMs = STOP_DEADLINE_MS) {
    super();
    this.#provider = provider;
    this.#tracer = provider.getTracer(SCOPE);
    this.#stopDeadlineMs = stopDeadlineMs;
  }

  begin(
    name: string,
    { kind, attributes = {}, traceparent }: SpanOptions & { readonly traceparent?: string | undefined },
  ): Span {
    return this.#start(name, { kind, attributes }, contextOf(traceparent));
  }

  beginForMany(
    name: string,
    { traceparents, kind, attributes = {} }: SpanOptions & { readonly traceparents: () => readonly (string | null)[] },
  ): Span | null {
    const [parent, ...others] = new Set(traceparents().filter((each) => each !== null && isSampled(each)));
    if (parent === undefined || parent === null) return null;
    const links = others.flatMap((other) => linkTo(other));
    return this.#start(name, { kind, attributes, links }, contextOf(parent));
  }

  async stop(): Promise<void> {
    const stopped = this.#provider.shutdown();
    // The exporter has told of what it could not send.
    await Promise.race([stopped.catch(() => undefined), pause(this.#stopDeadlineMs, undefined, { ref: false })]);
  }

  #start(name: string, options: SpanOptions & { readonly links?: Link[] }, parent: Context): Span {
    return new OtelSpanOf(this.#tracer, startSpan(this.#tracer, name, options, parent));
  }
}

type Link = { readonly context: ReturnType<OtelSpan['spanContext']> };

class OtelSpanOf implements Span {
  readonly #tracer: Tracer;
  readonly #span: OtelSpan;

  constructor(tracer: Tracer, span: OtelSpan) {
    this.#tracer = tracer;
    this.#span = span;
  }

  get traceparent(): string {
    const { traceId, spanId, traceFlags } = this.#span.spanContext();
    return `00-${traceId}-${spanId}-0${traceFlags & 1}`;
  }

  child(name: string, options: SpanOptions): Span {
    const parent = trace.setSpan(ROOT_CONTEXT, this.#span);
    return new OtelSpanOf(this.#tracer, startSpan(this.#tracer, name, options, parent));
  }

  set(attributes: Attributes): void {
    this.#span.setAttributes(attributes);
  }

  end(error?: unknown): void {
    if (error !== undefined) {
      this.#span.setStatus({ code: SpanStatusCode.ERROR });
      this.#span.setAttribute('error.type', errorKind(error));
    }
    this.#span.end();
  }
}

function startSpan(
  tracer: Tracer,
  name: string,
  { kind, attributes = {}, links = [] }: SpanOptions & { readonly links?: Link[] },
  parent: Context,
): OtelSpan {
  return tracer.startSpan(name, { kind: KINDS[kind], attributes: { ...attributes }, links }, parent);
}

function contextOf(traceparent: string | undefined): Context {
  const context = traceparent === undefined ? null : parseTraceparent(traceparent);
  return context === null ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, remote(context));
}

function linkTo(traceparent: string | null): Link[] {
  const context = traceparent === null ? null : parseTraceparent(traceparent);
  return context === null ? [] : [{ context: remote(context) }];
}

function remote({ traceId, spanId, flags }: { traceId: string; spanId: string; flags: number }) {
  return { traceId, spanId, traceFlags: flags & 1, isRemote: true };
}

import { beforeEach, describe, expect, it } from '@jest/globals';
import { SpanStatusCode } from '@opentelemetry/api';
import {
  BatchSpanProcessor,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type SpanExporter,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { isSampled, traceIdOf } from '../trace-context.ts';
import { OtelTracing } from './otel-tracing.ts';
import { samplerOf } from './sampler.ts';
import type { SamplerName } from './settings.ts';
import { NoTracing, traced, within } from './tracing.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SENDER = `00-${TRACE}-00f067aa0ba902b7-01`;
const SENDER_UNSAMPLED = `00-${TRACE}-00f067aa0ba902b7-00`;
const OTHER = '00-11111111111111111111111111111111-2222222222222222-01';
const server = { kind: 'server' } as const;

let exporter: InMemorySpanExporter;

beforeEach(() => {
  exporter = new InMemorySpanExporter();
});

function tracingWith(sampler: SamplerName = 'parentbased_always_on', ratio = 1): OtelTracing {
  const spanProcessors = [new SimpleSpanProcessor({ exporter })];
  return new OtelTracing(new TracerProvider({ sampler: samplerOf(sampler, ratio), spanProcessors }));
}

function only(): ReadableSpan {
  const [span, ...more] = exporter.getFinishedSpans();
  if (span === undefined || more.length > 0) throw new Error(`${more.length} spans too many, or none`);
  return span;
}

describe('a span', () => {
  it("continues the sender's trace, and others continue from it", () => {
    const span = tracingWith().begin('receive', { ...server, traceparent: SENDER });
    expect(traceIdOf(span.traceparent)).toBe(TRACE);
    span.set({ 'http.response.status_code': 200 });
    span.end();
    expect(only()).toMatchObject({
      name: 'receive',
      parentSpanContext: { spanId: '00f067aa0ba902b7', isRemote: true },
      attributes: { 'http.response.status_code': 200 },
    });
    expect(span.traceparent).toBe(`00-${TRACE}-${only().spanContext().spanId}-01`);
  });

  it.each([undefined, '', 'no traceparent', '00-0-0-01'])('begins a trace where the sender says %j', (traceparent) => {
    const span = tracingWith().begin('receive', { ...server, traceparent });
    span.end();
    expect(span.traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(only().parentSpanContext).toBeUndefined();
  });

  it('has children in its trace', async () => {
    const span = tracingWith().begin('settle', server);
    expect(await within(span, 'claim', { kind: 'client' }, async () => 5)).toBe(5);
    span.end();
    const [claim, settle] = exporter.getFinishedSpans();
    expect(claim?.parentSpanContext?.spanId).toBe(settle?.spanContext().spanId);
  });

  it('ends with the kind of an error, not with its text', async () => {
    const error = Object.assign(new Error('duplicate key: zoe@example.com'), { code: '23505' });
    await expect(traced(tracingWith().begin('store', server), () => Promise.reject(error))).rejects.toBe(error);
    expect(only()).toMatchObject({ status: { code: SpanStatusCode.ERROR }, attributes: { 'error.type': '23505' } });
    expect(JSON.stringify([only().attributes, only().status, only().events])).not.toContain('zoe');
  });
});

describe('a span for many traces', () => {
  const many = (traceparents: readonly (string | null)[]) => ({
    kind: 'producer' as const,
    traceparents: () => traceparents,
  });

  it('continues the first that is sampled and links to the others, each once', () => {
    const traceparents = [null, SENDER_UNSAMPLED, SENDER, OTHER, SENDER, OTHER];
    tracingWith().beginForMany('publish', many(traceparents))?.end();
    expect(only().spanContext().traceId).toBe(TRACE);
    expect(only().links.map(({ context }) => context.traceId)).toEqual([traceIdOf(OTHER)]);
  });

  it('is none where nobody wants it', () => {
    expect(tracingWith().beginForMany('publish', many([SENDER_UNSAMPLED, null]))).toBeNull();
    expect(tracingWith().beginForMany('publish', many([]))).toBeNull();
  });
});

describe('sampling', () => {
  const sampledOf = (name: SamplerName, ratio: number, traceparent?: string) =>
    isSampled(tracingWith(name, ratio).begin('receive', { ...server, traceparent }).traceparent);

  it.each<[SamplerName, ratio: number, begun: boolean, continued: boolean, continuedUnsampled: boolean]>([
    ['always_on', 0, true, true, true],
    ['always_off', 1, false, false, false],
    ['traceidratio', 1, true, true, true],
    ['traceidratio', 0, false, false, false],
    ['parentbased_always_on', 0, true, true, false],
    ['parentbased_always_off', 1, false, true, false],
    ['parentbased_traceidratio', 1, true, true, false],
    ['parentbased_traceidratio', 0, false, true, false],
  ])('%s with %d', (name, ratio, begun, continued, continuedUnsampled) => {
    expect(sampledOf(name, ratio)).toBe(begun);
    expect(sampledOf(name, ratio, SENDER)).toBe(continued);
    expect(sampledOf(name, ratio, SENDER_UNSAMPLED)).toBe(continuedUnsampled);
  });

  it('records nothing of what is not sampled, and still passes the trace on', () => {
    const span = tracingWith('parentbased_traceidratio', 0).begin('receive', {
      ...server,
      traceparent: SENDER_UNSAMPLED,
    });
    span.child('claim', server).end();
    span.end();
    expect(span.traceparent).toMatch(new RegExp(`^00-${TRACE}-[0-9a-f]{16}-00$`));
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});

type Done = Parameters<SpanExporter['export']>[1];
// The SDK does not export the names of its codes.
const resultOf = (error?: Error) => ({ code: error ? 1 : 0, error }) as unknown as Parameters<Done>[0];

describe('the end', () => {
  const stopping = (exporting: SpanExporter['export']) => {
    const slow: SpanExporter = { export: exporting, shutdown: () => Promise.resolve() };
    const tracing = new OtelTracing(
      new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter: slow, exportTimeoutMillis: 50 })] }),
      10,
    );
    tracing.begin('receive', server).end();
    return tracing.stop();
  };

  it('sends what is left', async () => {
    const names: string[] = [];
    await stopping((spans, done) => {
      names.push(...spans.map(({ name }) => name));
      done(resultOf());
    });
    expect(names).toEqual(['receive']);
  });

  it('does not wait for a collector that never answers, nor reject for one that fails', async () => {
    await expect(stopping(() => undefined)).resolves.toBeUndefined();
    await expect(stopping((_, done) => done(resultOf(new Error('away'))))).resolves.toBeUndefined();
  });
});

describe('without a collector', () => {
  it('there are no spans, and the work is done', async () => {
    const tracing = new NoTracing();
    const span = tracing.beginForMany();
    expect([tracing.begin(), span]).toEqual([null, null]);
    expect(await traced(span, async (own) => within(own, 'claim', server, async (inner) => inner))).toBeNull();
  });
});

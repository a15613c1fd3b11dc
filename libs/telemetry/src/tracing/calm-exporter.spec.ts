import { describe, expect, it } from '@jest/globals';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace';
import { createLogger } from '../logger.ts';
import { counterIn, createRegistry } from '../metrics.ts';
import { CalmExporter } from './calm-exporter.ts';

type Done = Parameters<SpanExporter['export']>[1];
// The SDK does not export the names of its codes.
const resultOf = (error: Error | undefined) => ({ code: error ? 1 : 0, error }) as unknown as Parameters<Done>[0];

const spans = (count: number) => Array.from({ length: count }, () => ({}) as ReadableSpan);

describe('CalmExporter', () => {
  it('counts everything, tells of failures once a minute, and never quotes an answer', async () => {
    let nowMs = 0;
    let failure: Error | undefined;
    const lines: string[] = [];
    const registry = createRegistry('spec');
    const inner: SpanExporter = {
      export: (_spans, done) => done(resultOf(failure)),
      shutdown: () => Promise.resolve(),
    };
    const exporter = new CalmExporter(
      inner,
      counterIn(registry, { name: 'spans_total', help: 'Spans', labelNames: ['result'] }),
      createLogger('spec', 'info', { write: (line) => void lines.push(line) }),
      () => nowMs,
    );
    const results: unknown[] = [];
    const send = (count: number): void => exporter.export(spans(count), ({ code }) => void results.push(code));
    send(3);
    failure = Object.assign(new Error('connect to user:secret@collector'), { code: 'ECONNREFUSED' });
    send(2);
    send(5);
    nowMs = 60_000;
    send(1);
    expect(results).toEqual([0, 1, 1, 1]);
    const told = lines.map((line): unknown => JSON.parse(line));
    expect(told).toEqual([
      expect.objectContaining({ level: 'warn', problem: 'ECONNREFUSED', spans: 2 }),
      expect.objectContaining({ problem: 'ECONNREFUSED', spans: 6 }),
    ]);
    expect(lines.join('')).not.toContain('secret');
    const metrics = await registry.metrics();
    expect(metrics).toContain('spans_total{result="exported",service="spec"} 3');
    expect(metrics).toContain('spans_total{result="failed",service="spec"} 8');
  });
});

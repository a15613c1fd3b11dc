import type { SpanExporter } from '@opentelemetry/sdk-trace';
import type { Logger } from '../logger.ts';
import type { Counter } from '../metrics.ts';
import { errorKind } from './error-kind.ts';

const LOG_EVERY_MS = 60_000;

/** Counts what an exporter sends, and says at most once a minute that it fails: a collector may be away for days. */
export class CalmExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #spans: Counter<'result'>;
  readonly #logger: Logger;
  readonly #nowMs: () => number;
  #loggedAtMs = Number.NEGATIVE_INFINITY;
  #failedSince = 0;

  constructor(exporter: SpanExporter, spans: Counter<'result'>, logger: Logger, nowMs: () => number) {
    this.#exporter = exporter;
    this.#spans = spans;
    this.#logger = logger;
    this.#nowMs = nowMs;
  }

  export: SpanExporter['export'] = (spans, done) => {
    this.#exporter.export(spans, (result) => {
      if (result.error === undefined) this.#spans.inc({ result: 'exported' }, spans.length);
      else this.#failed(spans.length, result.error);
      done(result);
    });
  };

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  #failed(count: number, error: Error): void {
    this.#spans.inc({ result: 'failed' }, count);
    this.#failedSince += count;
    const nowMs = this.#nowMs();
    if (nowMs - this.#loggedAtMs < LOG_EVERY_MS) return;
    this.#logger.warn({ problem: errorKind(error), spans: this.#failedSince }, 'spans were not exported');
    this.#loggedAtMs = nowMs;
    this.#failedSince = 0;
  }
}

import { INSTANCE_ID } from '../instance-id.ts';
import type { Logger } from '../logger.ts';
import { counterIn, type Registry } from '../metrics.ts';
import type { TracingSettings } from './settings.ts';
import { NoTracing, type Tracing } from './tracing.ts';

/** Most links of one span: those of a whole batch of scoring. */
const MAX_LINKS = 1_024;
const EXPORT_DEADLINE_MS = 5_000;

export interface TracingParts {
  readonly service: string;
  /** null: nothing is traced, and nothing of OpenTelemetry is loaded. */
  readonly settings: TracingSettings | null;
  readonly logger: Logger;
  readonly registry: Registry;
}

/**
 * Sends spans to an OTLP/HTTP collector, in batches and in the background. What it cannot take in time is dropped: at most
 * 2,048 spans wait in memory. `OTEL_EXPORTER_OTLP_HEADERS`, `…_TIMEOUT`, `…_COMPRESSION` and `OTEL_RESOURCE_ATTRIBUTES` are read
 * by the SDK itself.
 */
export async function startTracing({ service, settings, logger, registry }: TracingParts): Promise<Tracing> {
  if (settings === null) return new NoTracing();
  const [{ TracerProvider, BatchSpanProcessor }, { OTLPTraceExporter }, resources, { samplerOf }, own, calm] =
    await Promise.all([
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
      import('./sampler.ts'),
      import('./otel-tracing.ts'),
      import('./calm-exporter.ts'),
    ]);
  const spans = counterIn(registry, {
    name: 'traces_spans_total',
    help: 'Spans sent to the collector, and spans it could not be sent',
    labelNames: ['result'],
  });
  const exporter = new OTLPTraceExporter({ url: settings.url, timeoutMillis: EXPORT_DEADLINE_MS });
  const resource = resources.resourceFromAttributes({
    'service.name': service,
    'service.namespace': 'enterprisehub',
    'service.instance.id': INSTANCE_ID,
  });
  return new own.OtelTracing(
    new TracerProvider({
      resource: resources
        .defaultResource()
        .merge(resources.detectResources({ detectors: [resources.resourceAttributesEnvDetector] }))
        .merge(resource),
      sampler: samplerOf(settings.sampler, settings.ratio),
      spanLimits: { linkCountLimit: MAX_LINKS },
      spanProcessors: [
        new BatchSpanProcessor({ exporter: new calm.CalmExporter(exporter, spans, logger, () => performance.now()) }),
      ],
    }),
  );
}

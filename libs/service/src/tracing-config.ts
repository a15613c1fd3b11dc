import { SAMPLERS, type TracingSettings } from '@hub/telemetry';
import { z } from 'zod';

/** Traces are off unless there is an endpoint. Names and meanings are those of the OpenTelemetry specification. */
export const tracingConfig = {
  OTEL_SDK_DISABLED: z.enum(['true', 'false']).default('false'),
  /** Base URL of a collector that takes OTLP over HTTP; `/v1/traces` is added. */
  OTEL_EXPORTER_OTLP_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  /** Instead of the above, and used as it is. */
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS).default('parentbased_traceidratio'),
  /** Share of new traces that are recorded, 0 to 1. */
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(0(\.\d+)?|1(\.0+)?)$/, 'must be a number from 0 to 1')
    .default('1')
    .transform(Number),
};

const schema = z.object(tracingConfig);

/** null where traces are off. */
export function tracingSettings(config: z.infer<typeof schema>): TracingSettings | null {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: base, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: own } = config;
  const url = own ?? (base === undefined ? undefined : `${base.replace(/\/+$/, '')}/v1/traces`);
  if (url === undefined || config.OTEL_SDK_DISABLED === 'true') return null;
  return { url, sampler: config.OTEL_TRACES_SAMPLER, ratio: config.OTEL_TRACES_SAMPLER_ARG };
}

/** Names of the OpenTelemetry specification for `OTEL_TRACES_SAMPLER`. */
export const SAMPLERS = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;
export type SamplerName = (typeof SAMPLERS)[number];

export interface TracingSettings {
  /** Where spans go: the path of traces included. */
  readonly url: string;
  readonly sampler: SamplerName;
  /** Share of traces, from 0 to 1, for the samplers that go by one. */
  readonly ratio: number;
}

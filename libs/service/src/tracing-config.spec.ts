import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { loadConfig } from './config.ts';
import { tracingConfig, tracingSettings } from './tracing-config.ts';

const settingsOf = (env: NodeJS.ProcessEnv) => tracingSettings(loadConfig('spec', z.object(tracingConfig), env));
const ENDPOINT = 'http://collector:4318';

describe('traces', () => {
  it('are off without an endpoint, and where the whole SDK is', () => {
    expect(settingsOf({ OTEL_TRACES_SAMPLER_ARG: '0.5' })).toBeNull();
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: '' })).toBeNull();
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_SDK_DISABLED: 'true' })).toBeNull();
  });

  it('go to the path of traces, or where their own endpoint says', () => {
    const url = `${ENDPOINT}/v1/traces`;
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT })).toMatchObject({ url });
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: `${ENDPOINT}/` })).toMatchObject({ url });
    const own = { OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'https://t.example/in' };
    expect(settingsOf(own)).toMatchObject({ url: 'https://t.example/in' });
  });

  it('are all recorded unless a share is given', () => {
    const all = { sampler: 'parentbased_traceidratio', ratio: 1 };
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT })).toMatchObject(all);
    const some = { OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.01' };
    expect(settingsOf({ OTEL_EXPORTER_OTLP_ENDPOINT: ENDPOINT, ...some })).toMatchObject({
      sampler: 'traceidratio',
      ratio: 0.01,
    });
  });

  it.each([
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'grpc://collector:4317'],
    ['OTEL_TRACES_SAMPLER', 'sometimes'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.5'],
    ['OTEL_TRACES_SAMPLER_ARG', '-1'],
    ['OTEL_TRACES_SAMPLER_ARG', '0x1'],
  ])('refuse %s=%s', (name, value) => {
    expect(() => settingsOf({ [name]: value })).toThrow(name);
  });
});

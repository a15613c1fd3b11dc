import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { ConfigError, httpConfig, loadConfig, wholeNumber } from './config.ts';

const schema = z.object({
  ...httpConfig,
  NATS_URL: z.url({ protocol: /^nats$/ }),
  SESSION_SECRET: z.string().min(32),
  MODEL_DIR: z.string().optional(),
  SCORE_TIMEOUT_MS: wholeNumber({ min: 1 }).default(200),
});
const good = { PORT: '0', NATS_URL: 'nats://localhost:4011', SESSION_SECRET: 's'.repeat(32) };

describe('loadConfig', () => {
  it('reads settings and fills in defaults, ignoring all other variables', () => {
    expect(loadConfig('demo', schema, { ...good, PATH: '/bin' })).toEqual({
      ...good,
      PORT: 0,
      HOST: '127.0.0.1',
      LOG_LEVEL: 'info',
      OTEL_SDK_DISABLED: 'false',
      OTEL_TRACES_SAMPLER: 'parentbased_traceidratio',
      OTEL_TRACES_SAMPLER_ARG: 1,
      SCORE_TIMEOUT_MS: 200,
    });
  });

  it('takes an empty variable as not set', () => {
    expect(loadConfig('demo', schema, { ...good, MODEL_DIR: '', LOG_LEVEL: '' })).not.toHaveProperty('MODEL_DIR');
  });

  it('names every bad variable at once', () => {
    const load = () => loadConfig('demo', schema, { NATS_URL: 'http://x', SESSION_SECRET: 'short', LOG_LEVEL: 'loud' });
    expect(load).toThrow(ConfigError);
    expect(load).toThrow(/^demo cannot start/);
    expect(load).toThrow(/\n {2}PORT: is missing/);
    for (const variable of ['NATS_URL', 'SESSION_SECRET', 'LOG_LEVEL']) expect(load).toThrow(`\n  ${variable}: `);
  });

  it.each(['-1', '65536', '4001.5', '0x10', '1e3', ' 1', 'http'])('refuses %j as a port', (PORT) => {
    expect(() => loadConfig('demo', schema, { ...good, PORT })).toThrow('PORT: ');
  });

  it('never shows a value', () => {
    const value = fc.string({ minLength: 1, maxLength: 20 }).map((text) => `§${text}§`);
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('PORT', 'NATS_URL', 'SESSION_SECRET', 'LOG_LEVEL'), value), (env) => {
        const problem = problemOf(env);
        expect(problem).toContain('cannot start');
        expect(problem).not.toContain('§');
      }),
    );
  });
});

function problemOf(env: NodeJS.ProcessEnv): string {
  try {
    return JSON.stringify(loadConfig('demo', schema, env));
  } catch (error) {
    return error instanceof ConfigError ? error.message : 'another error';
  }
}

import { loadConfig } from '@hub/service';
import { describe, expect, it } from '@jest/globals';
import { configSchema } from './config.ts';

const ENV = {
  PORT: '4000',
  NATS_URL: 'nats://localhost',
  DATABASE_URL: 'postgres://localhost/hub',
  SESSION_SECRET: 'x'.repeat(32),
  REALTIME_URL: 'http://localhost:4002',
};

describe('the settings of analytics', () => {
  it('name the services whose health is shown', () => {
    const SERVICES = 'gateway=http://127.0.0.1:4001, scoring=http://127.0.0.1:4003';
    expect(loadConfig('analytics', configSchema, { ...ENV, SERVICES }).SERVICES).toEqual([
      { name: 'gateway', url: 'http://127.0.0.1:4001' },
      { name: 'scoring', url: 'http://127.0.0.1:4003' },
    ]);
    expect(loadConfig('analytics', configSchema, ENV).SERVICES).toEqual([]);
  });

  it('are refused all at once, by name and without their values', () => {
    const env = { ...ENV, SESSION_SECRET: 'hunter2', REALTIME_URL: 'ftp://secret', SERVICES: 'gateway' };
    const load = () => loadConfig('analytics', configSchema, env);
    expect(load).toThrow(/SESSION_SECRET[^]*REALTIME_URL[^]*SERVICES/);
    expect(load).not.toThrow(/hunter2|ftp/);
  });
});

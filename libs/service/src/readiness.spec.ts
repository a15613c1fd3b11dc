import { describe, expect, it } from '@jest/globals';
import type { HealthCheck } from '@hub/telemetry';
import { readinessOf } from './readiness.ts';

const up = (name: string): HealthCheck => ({ name, check: async () => undefined });
const down = (name: string, more: Partial<HealthCheck> = {}): HealthCheck => ({
  name,
  check: async () => {
    throw new Error('cannot reach redis://:hunter2@localhost:6379');
  },
  ...more,
});

describe('readinessOf', () => {
  it.each([
    ['ready', []],
    ['ready', [up('nats'), up('redis')]],
    ['notReady', [up('nats'), down('postgres')]],
    ['degraded', [up('nats'), down('redis', { optional: true })]],
    ['notReady', [down('nats'), down('redis', { optional: true })]],
  ])('is %s', async (status, checks) => {
    expect((await readinessOf(checks)).status).toBe(status);
  });

  it('names what is missing, without the password in its URL', async () => {
    const { checks } = await readinessOf([up('nats'), down('redis')]);
    expect(checks).toEqual([
      { name: 'nats', ok: true, optional: false, problem: null },
      { name: 'redis', ok: false, optional: false, problem: 'cannot reach redis://:***@localhost:6379' },
    ]);
  });

  it('does not wait for a dependency that hangs', async () => {
    const hanging: HealthCheck = { name: 'postgres', check: () => new Promise(() => undefined) };
    expect(await readinessOf([hanging, up('nats')], 5)).toMatchObject({
      status: 'notReady',
      checks: [{ name: 'postgres', ok: false, problem: 'no answer within 5 ms' }, { ok: true }],
    });
  });

  it('takes a check that throws at once like one that rejects', async () => {
    const broken: HealthCheck = {
      name: 'nats',
      check: () => {
        throw new TypeError('not connected');
      },
    };
    expect((await readinessOf([broken])).checks[0]?.problem).toBe('not connected');
  });
});

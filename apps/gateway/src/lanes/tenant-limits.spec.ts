import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { laneConfig, limitsFrom } from './tenant-limits.ts';

const schema = z.object(laneConfig);

describe('the limits of tenants', () => {
  it('are the usual ones, but for those named', () => {
    const limitOf = limitsFrom(
      schema.parse({ TENANT_RATE_PER_S: '10', TENANT_LIMITS: '{"maple": {"ratePerS": 0.5, "burst": 3}}' }),
    );
    expect([limitOf('maple'), limitOf('birch'), limitOf('constructor')]).toEqual([
      { ratePerS: 0.5, burst: 3 },
      { ratePerS: 10, burst: 1_000 },
      { ratePerS: 10, burst: 1_000 },
    ]);
  });

  it('need no setting', () => {
    expect(limitsFrom(schema.parse({}))('maple')).toEqual({ ratePerS: 100, burst: 1_000 });
  });

  it.each([
    '{',
    '[]',
    '{"maple": {}}',
    '{"maple": {"ratePerS": 0, "burst": 1}}',
    '{"maple": {"ratePerS": 1, "burst": 0}}',
  ])('are refused as %j', (text) => {
    expect(schema.safeParse({ TENANT_LIMITS: text }).success).toBe(false);
  });
});

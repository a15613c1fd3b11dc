import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { atWork, awake, localHour } from './hours.ts';
import { brokerage } from './people.ts';
import { Random } from './random.ts';
import { DAY_MS, HOUR_MS } from './rates.ts';

const moment = fc.integer({ min: Date.UTC(2025, 0, 1), max: Date.UTC(2027, 0, 1) });

describe('hours', () => {
  it('lets agents work in their hours only, never on their day off, and soon enough', () => {
    fc.assert(
      fc.property(fc.nat(20), moment, (seed, atMs) => {
        const random = new Random(seed);
        const tenant = brokerage(seed, random);
        const agent = random.pick(tenant.agents);
        const workAtMs = atWork(tenant, agent, random, atMs);
        const hour = localHour(tenant, workAtMs);
        expect(workAtMs).toBeGreaterThanOrEqual(atMs);
        expect(workAtMs - atMs).toBeLessThan(2.5 * DAY_MS);
        expect(hour).toBeGreaterThanOrEqual(agent.worksFrom - 1e-6);
        expect(hour).toBeLessThan(agent.worksUntil);
        expect(new Date(workAtMs + tenant.utcOffsetHours * HOUR_MS).getUTCDay()).not.toBe(agent.dayOff);
      }),
    );
  });

  it('lets most leads sleep at night', () => {
    const random = new Random(1);
    const tenant = brokerage(0, random);
    const night = Date.UTC(2026, 0, 1, 3 - tenant.utcOffsetHours);
    const asleep = Array.from({ length: 500 }, () => awake(tenant, random, night)).filter((atMs) => atMs > night);
    expect(asleep.length).toBeGreaterThan(400);
    for (const atMs of asleep) expect(localHour(tenant, atMs)).toBeGreaterThan(7);
  });
});

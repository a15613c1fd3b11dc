import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Hub, openHub } from './hub.ts';
import { runKill } from './kill.ts';

let hub: Hub;

beforeAll(async () => {
  const services = ['gateway', 'scoring'] as const;
  hub = await openHub({ services, signal: new AbortController().signal, say: () => undefined });
}, 180_000);

afterAll(() => hub.close(), 30_000);

describe('kill', () => {
  it('of everything in turn, sometimes of two at once, loses nothing and applies nothing twice', async () => {
    const result = await runKill(hub, { seed: 1, rate: 60, seconds: 20, every: 4 });
    expect(result.kills).toBeGreaterThanOrEqual(5);
    expect(result.acked).toBeGreaterThan(60);
    expect(result).toMatchObject({ unacked: 0, lost: 0, appliedTwice: 0, wrongLeads: 0, outOfContract: 0 });
  }, 240_000);
});

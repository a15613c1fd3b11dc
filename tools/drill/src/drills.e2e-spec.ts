import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runClockJump } from './clock-jump.ts';
import { runDeploy } from './deploy.ts';
import { runDiskFull, volumeRig } from './disk-full.ts';
import { FlakyLink } from './flaky-link.ts';
import { type Hub, openHub } from './hub.ts';
import { runKill } from './kill.ts';
import { NOISY_SETUP, runNoisyTenant } from './noisy-tenant.ts';
import { gatewayOver, runPartition } from './partition.ts';
import { ShiftedClock } from './shifted-clock.ts';
import { runSlowDisk } from './slow-disk.ts';
import { runStorm } from './storm.ts';
import type { TrialResult } from './trial.ts';

/** One hub for all, with everything around it that the drills break things with. */
let hub: Hub;
let link: FlakyLink;
let clock: ShiftedClock;
let folder: string;
const rig = volumeRig();
const told: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-drill-clock-'));
  link = await FlakyLink.open();
  clock = new ShiftedClock(join(folder, 'offset'), ['gateway', 'scoring']);
  const linked = gatewayOver(link);
  hub = await openHub({
    ...NOISY_SETUP,
    services: ['gateway', 'scoring'],
    serviceEnv: (service, natsUrl) => ({ ...clock.env(service, natsUrl), ...linked(service, natsUrl) }),
    prepare: rig.prepare,
    signal: new AbortController().signal,
    say: (line) => told.push(line),
  });
}, 180_000);

afterAll(async () => {
  await hub.close();
  link.close();
  rmSync(folder, { recursive: true });
}, 60_000);

/** What happened is part of the message when a promise broke. */
function promises(result: TrialResult, more: object = {}): void {
  const kept = { unacked: 0, lost: 0, appliedTwice: 0, wrongLeads: 0, outOfContract: 0, ...more };
  const broken = Object.keys(kept).some((name) => result[name] !== kept[name as keyof typeof kept]);
  if (broken) process.stderr.write(`${told.join('\n')}\n`);
  expect(result).toMatchObject(kept);
  expect(result.acked).toBeGreaterThan(0);
}

describe('drills: nothing accepted is lost or applied twice, and valid webhooks see nothing but 2xx and 429', () => {
  it('storm: fifty copies at once, also without Redis and across kills of NATS and the gateway', async () => {
    promises(await runStorm(hub, { seed: 1, rate: 10, webhooks: 3, copies: 50 }));
  }, 180_000);

  it('deploy: the gateway replaced under load, also while an earlier one still drains', async () => {
    const result = await runDeploy(hub, { seed: 1, rate: 40, restarts: 2, longest: 1 });
    promises(result, { restarts: 2, refusedConnections: 0 });
  }, 180_000);

  it('partition: the gateway cut from NATS, silently, noisily and one way', async () => {
    promises(await runPartition(hub, link, { seed: 1, rate: 40, rounds: 1, longest: 3 }), { cuts: 3 });
  }, 180_000);

  it('clock-jump: clocks set forward and back', async () => {
    promises(await runClockJump(hub, clock, { seed: 1, rate: 40, jumps: 4 }), { jumps: 4, slowed: 0 });
  }, 180_000);

  it('slow-disk: syncs of NATS held back', async () => {
    const result = await runSlowDisk(hub, { seed: 1, rate: 40, spells: 1, seconds: 3 });
    promises(result, { spells: 1 });
    expect(result.how).toMatch(/^(fsync|stalls)$/);
  }, 180_000);

  it('disk-full: no room for NATS', async () => {
    const result = await runDiskFull(hub, rig.volume(), { seed: 1, rate: 40, rounds: 1 });
    promises(result, { filled: 1 });
    expect(result.askedToWait).toBeGreaterThan(0);
  }, 240_000);

  it('noisy-tenant: one sends twenty times its share, and only that one is slowed', async () => {
    const options = { seed: 1, times: 20, rounds: 1, seconds: 3 };
    const result = await runNoisyTenant(hub, options);
    promises(result, { slowedOfOthers: 0 });
    expect(result.slowedOfNoisy).toBeGreaterThan(0);
  }, 180_000);

  it('kill: everything in turn, sometimes two at once', async () => {
    const result = await runKill(hub, { seed: 1, rate: 60, seconds: 20, every: 4 });
    promises(result);
    expect(result.kills).toBeGreaterThanOrEqual(5);
  }, 240_000);
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Random } from '@hub/brokerage';
import pg from 'pg';
import type { Crm } from './crm.ts';
import { COMMON, riggedDrill } from './drill.ts';
import type { Hub } from './hub.ts';
import { slowPacks } from './inbox-state.ts';
import { ShiftedClock } from './shifted-clock.ts';
import { runTrial, type TrialResult } from './trial.ts';
import { waitFor } from './wait-for.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Ahead of true time: a late correction, a wrong time zone, a wrong day, the turn of a month; and each way back. */
const OFFSETS_MS = [MINUTE_MS, -MINUTE_MS, -HOUR_MS, HOUR_MS, -DAY_MS, 40 * DAY_MS, 0];

const PATIENCE = { timeoutMs: 60_000 };

export interface ClockJumpOptions {
  readonly seed: number;
  readonly rate: number;
  readonly jumps: number;
}

/**
 * Sets the clocks of gateway and scoring forward and back under load. After each jump new webhooks must go through as
 * before, since a clock that went back must not hold a tenant up, and old ones that come again must change nothing.
 */
export function runClockJump(hub: Hub, clock: ShiftedClock, options: ClockJumpOptions): Promise<TrialResult> {
  const { seed, rate, jumps } = options;
  const plan = planJumps(seed, jumps);
  return runTrial(hub, { name: 'clock-jump', seed, ratePerS: rate }, async (_, crm) => {
    const slowedBefore = await slowedIn(hub);
    try {
      for (const offsetMs of plan) {
        hub.say(`clocks of gateway and scoring at ${offsetMs / SECOND_MS} s`);
        await setClock(hub, crm, clock, offsetMs);
        await goesOn(hub, crm, rate);
      }
      await setClock(hub, crm, clock, 0);
    } finally {
      clock.set(0);
    }
    return { jumps: plan.length, slowed: (await slowedIn(hub)) - slowedBefore };
  });
}

/** Where the clock stands after each jump; never twice the same in a row. */
export function planJumps(seed: number, jumps: number): readonly number[] {
  const random = new Random(`clock ${seed}`);
  const plan: number[] = [];
  while (plan.length < jumps) {
    const offsetMs = random.pick(OFFSETS_MS);
    if (offsetMs !== (plan.at(-1) ?? 0)) plan.push(offsetMs);
  }
  return plan;
}

/** Sets it and waits until Postgres holds a webhook, sent since, that was received by the new time. */
async function setClock(hub: Hub, crm: Crm, clock: ShiftedClock, offsetMs: number): Promise<void> {
  const alreadySent = crm.sent.size;
  const setMs = Date.now();
  clock.set(offsetMs);
  const client = new pg.Client({ connectionString: hub.stack.env.DATABASE_URL });
  await client.connect();
  try {
    const found = async () => {
      const { rows } = await client.query<{ there: boolean }>(
        `SELECT EXISTS (SELECT FROM events WHERE event_id = ANY ($1)
          AND extract(epoch FROM received_at) * 1000 BETWEEN $2::float8 AND $3::float8) AS there`,
        [[...crm.sent].slice(alreadySent), setMs + offsetMs, Date.now() + offsetMs],
      );
      return rows[0]?.there === true;
    };
    await waitFor(found, { ...PATIENCE, what: 'a webhook received by the new clock', signal: hub.signal });
  } finally {
    await client.end();
  }
}

/** New webhooks are accepted and settled, and old ones change nothing when they come again. */
async function goesOn(hub: Hub, crm: Crm, rate: number): Promise<void> {
  await crm.resend(20);
  const goal = crm.acked.size + rate * 2;
  await waitFor(() => crm.acked.size >= goal, { ...PATIENCE, what: 'webhooks to be accepted', signal: hub.signal });
}

/** Packs that went to the slow lanes: nobody sends beyond a share here. */
async function slowedIn(hub: Hub): Promise<number> {
  const packs = await slowPacks(hub.stack.env.NATS_URL);
  return [...packs.values()].reduce((sum, ofTenant) => sum + ofTenant, 0);
}

export const clockJump = riggedDrill({
  name: 'clock-jump',
  options: {
    ...COMMON,
    jumps: { default: 12, min: 1, max: 10_000, whole: true, about: 'how often the clocks are set' },
  },
  rig: async () => {
    const folder = mkdtempSync(join(tmpdir(), 'hub-drill-clock-'));
    const clock = new ShiftedClock(join(folder, 'offset'), ['gateway', 'scoring']);
    return { device: clock, hub: { serviceEnv: clock.env }, close: () => rmSync(folder, { recursive: true }) };
  },
  run: (hub, options, clock) => runClockJump(hub, clock, options),
  kept: ({ slowed }) => slowed === 0,
});

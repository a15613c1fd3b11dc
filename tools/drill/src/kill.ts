import { setTimeout as pause } from 'node:timers/promises';
import type { UnitName } from '@hub/launcher/stack';
import { COMMON, drill } from './drill.ts';
import type { Hub } from './hub.ts';
import { killUnit } from './kill-unit.ts';
import { planKills } from './kill-plan.ts';
import { runTrial, type TrialResult } from './trial.ts';

const UNITS: readonly UnitName[] = ['gateway', 'scoring', 'nats', 'redis', 'postgres'];

export interface KillOptions {
  readonly seed: number;
  readonly rate: number;
  readonly seconds: number;
  /** One moment of killing in each stretch of this many seconds. */
  readonly every: number;
}

/** kill -9 of gateway, scoring, NATS, Redis and Postgres at random moments under load, sometimes of two at once. */
export function runKill(hub: Hub, { seed, rate, seconds, every }: KillOptions): Promise<TrialResult> {
  const blows = planKills({ seed, seconds, everyS: every, units: UNITS });
  return runTrial(hub, { name: 'kill', seed, ratePerS: rate }, async () => {
    const startedMs = performance.now();
    const returns: Promise<void>[] = [];
    let kills = 0;
    for (const { atS, units } of blows) {
      await pause(Math.max(0, startedMs + atS * 1_000 - performance.now()), undefined, { signal: hub.signal });
      const killed = await Promise.all(units.map((unit) => killUnit(hub, unit)));
      returns.push(...killed.map(({ back }) => back));
      kills += killed.length;
    }
    await Promise.all(returns);
    return { kills };
  });
}

export const kill = drill({
  name: 'kill',
  options: {
    ...COMMON,
    minutes: { default: 1, min: 0.2, max: 1_440, about: 'how long it kills' },
    every: { default: 8, min: 2, max: 15, about: 'seconds within which it kills once' },
  },
  run: (hub, { minutes, ...options }) => runKill(hub, { ...options, seconds: minutes * 60 }),
});

import type { Crm, Letter } from './crm.ts';
import { COMMON, drill } from './drill.ts';
import type { Hub } from './hub.ts';
import { killUnit } from './kill-unit.ts';
import { runTrial, type TrialResult } from './trial.ts';
import { waitFor } from './wait-for.ts';

export interface StormOptions {
  readonly seed: number;
  /** Webhooks per second that come besides. */
  readonly rate: number;
  /** Different webhooks in each storm. */
  readonly webhooks: number;
  readonly copies: number;
}

/** What is wrong while the copies come. */
type Weather = (hub: Hub, crm: Crm, blow: () => Promise<void>) => Promise<void>;

const WEATHERS: Readonly<Record<string, Weather>> = {
  'on a good day': (_hub, _crm, blow) => blow(),
  'without Redis': async (hub, _, blow) => {
    await hub.stack.stopServer('redis');
    await blow();
    await hub.stack.startServer('redis');
  },
  'while NATS is killed': async (hub, crm, blow) => {
    const storm = blow();
    await underway(hub, crm);
    const { back } = await killUnit(hub, 'nats');
    await Promise.all([storm, back]);
  },
  'while the gateway is killed': async (hub, crm, blow) => {
    const storm = blow();
    await underway(hub, crm);
    const { back } = await killUnit(hub, 'gateway');
    await Promise.all([storm, back]);
  },
};

/**
 * Sends many copies of one webhook at once, each over a connection of its own, in several weathers; each copy is sent
 * again until it is accepted. All of them together must have one effect.
 */
export function runStorm(hub: Hub, options: StormOptions): Promise<TrialResult> {
  const { seed, rate, webhooks, copies } = options;
  return runTrial(hub, { name: 'storm', seed, ratePerS: rate }, async (_, crm) => {
    for (const [when, weather] of Object.entries(WEATHERS)) {
      hub.say(`${webhooks} webhooks, ${copies} copies of each at once, ${when}`);
      const letters = Array.from({ length: webhooks }, () => crm.next());
      const blow = () => blowAll(crm, letters, copies);
      await weather(hub, crm, blow);
      // Once more when all is settled: by now they are duplicates for everyone.
      await hub.drained();
      await blow();
    }
    return { storms: Object.keys(WEATHERS).length * 2, webhooks, copies };
  });
}

/** Every copy of every webhook at once. */
async function blowAll(crm: Crm, letters: readonly Letter[], copies: number): Promise<void> {
  await Promise.all(letters.flatMap((letter) => Array.from({ length: copies }, () => crm.deliver(letter))));
}

/** Until answers come in, so that what follows hits the storm in its middle. */
async function underway(hub: Hub, crm: Crm): Promise<void> {
  const before = crm.counts.attempts;
  const started = () => crm.counts.attempts > before + 10;
  await waitFor(started, { what: 'the storm to begin', timeoutMs: 30_000, signal: hub.signal });
}

export const storm = drill({
  name: 'storm',
  options: {
    ...COMMON,
    rate: { ...COMMON.rate, default: 20 },
    webhooks: { default: 20, min: 1, max: 500, whole: true, about: 'different webhooks in each storm' },
    copies: { default: 50, min: 2, max: 500, whole: true, about: 'copies of each at once' },
  },
  run: runStorm,
});

import { setTimeout as pause } from 'node:timers/promises';
import type { ServiceEnv } from '@hub/launcher/stack';
import { Random } from '@hub/brokerage';
import type { Crm } from './crm.ts';
import { COMMON, riggedDrill } from './drill.ts';
import { FlakyLink, type LinkState } from './flaky-link.ts';
import type { Hub } from './hub.ts';
import { ackP99, runTrial, type TrialResult } from './trial.ts';
import { waitFor } from './wait-for.ts';

const CUTS: readonly Exclude<LinkState, 'up'>[] = ['blackHole', 'reset', 'oneWay'];
const RECOVERY = { timeoutMs: 60_000 };

export interface PartitionOptions {
  readonly seed: number;
  readonly rate: number;
  /** Times that each kind of cut is made. */
  readonly rounds: number;
  /** Longest cut, in s; the shortest is a tenth of it. */
  readonly longest: number;
}

/** The gateway reaches NATS by the link, everything else directly. */
export function gatewayOver(link: FlakyLink): ServiceEnv {
  return (service, natsUrl) => (service === 'gateway' ? { NATS_URL: link.lead(natsUrl) } : {});
}

/** Cuts the gateway from NATS in each way there is, for a random time, and waits after each until it accepts again. */
export function runPartition(hub: Hub, link: FlakyLink, options: PartitionOptions): Promise<TrialResult> {
  const { seed, rate, rounds, longest } = options;
  const random = new Random(`partition ${seed}`);
  return runTrial(hub, { name: 'partition', seed, ratePerS: rate }, async (_, crm) => {
    let cuts = 0;
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const kind of CUTS) {
          const seconds = random.between(longest / 10, longest);
          hub.say(`cut: ${kind} for ${seconds.toFixed(1)} s`);
          link.set(kind);
          await pause(seconds * 1_000, undefined, { signal: hub.signal });
          link.set('up');
          cuts += 1;
          await recovered(hub, crm);
        }
      }
    } finally {
      link.set('up');
    }
    return { cuts };
  });
}

async function recovered(hub: Hub, crm: Crm): Promise<void> {
  const healedMs = performance.now();
  const accepts = () => ackP99(crm.acks, healedMs) !== null;
  await waitFor(accepts, { ...RECOVERY, what: 'the first ack after the cut', signal: hub.signal });
  hub.say(`accepted again after ${((performance.now() - healedMs) / 1_000).toFixed(1)} s`);
  await hub.drained();
}

export const partition = riggedDrill({
  name: 'partition',
  options: {
    ...COMMON,
    rounds: { default: 2, min: 1, max: 1_000, whole: true, about: 'how often each kind of cut is made' },
    longest: { default: 8, min: 1, max: 300, about: 'seconds of the longest cut' },
  },
  rig: async () => {
    const link = await FlakyLink.open();
    return { device: link, hub: { serviceEnv: gatewayOver(link) }, close: () => link.close() };
  },
  run: (hub, options, link) => runPartition(hub, link, options),
});

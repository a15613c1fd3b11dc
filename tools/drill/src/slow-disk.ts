import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '@hub/brokerage';
import type { Crm } from './crm.ts';
import { COMMON, drill } from './drill.ts';
import type { Hub } from './hub.ts';
import { slowDown } from './slow-sync.ts';
import { ackP99, runTrial, type TrialResult } from './trial.ts';
import { waitFor } from './wait-for.ts';

const MIN_SYNC_MS = 50;
const MAX_SYNC_MS = 800;

export interface SlowDiskOptions {
  readonly seed: number;
  readonly rate: number;
  readonly spells: number;
  /** Length of one spell. */
  readonly seconds: number;
}

/**
 * Makes the disk of NATS slow in spells, under load: each sync takes longer than the last spell's, up to most of a second.
 * The gateway may answer late or ask to wait, and after each spell it must accept again.
 */
export function runSlowDisk(hub: Hub, { seed, rate, spells, seconds }: SlowDiskOptions): Promise<TrialResult> {
  const random = new Random(`slow ${seed}`);
  return runTrial(hub, { name: 'slow-disk', seed, ratePerS: rate }, async (_, crm) => {
    let how = 'none';
    let slowMs = 0;
    for (let spell = 0; spell < spells; spell += 1) {
      const syncMs = Math.round(MIN_SYNC_MS * (MAX_SYNC_MS / MIN_SYNC_MS) ** random.unit());
      const fromMs = performance.now();
      const slowness = await slowDown(pidOf(hub), syncMs);
      try {
        hub.say(`each sync takes ${syncMs} ms more (${slowness.kind})`);
        await pause(seconds * 1_000, undefined, { signal: hub.signal });
      } finally {
        await slowness.end();
      }
      how = slowness.kind;
      slowMs = Math.max(slowMs, ackP99(crm.acks, fromMs) ?? 0);
      await accepts(hub, crm);
    }
    const { ackP99Ms } = await afterwards(hub, crm, rate);
    return { how, spells, slowAckP99Ms: slowMs, ackP99Ms };
  });
}

function pidOf(hub: Hub): number {
  const pid = hub.stack.pid('nats');
  if (pid === null) throw new Error('NATS does not run');
  return pid;
}

async function accepts(hub: Hub, crm: Crm): Promise<void> {
  const before = crm.acked.size;
  const more = () => crm.acked.size > before;
  await waitFor(more, { what: 'an ack from a disk of usual speed', timeoutMs: 60_000, signal: hub.signal });
}

/** How fast acks are once the backlog of the last spell is gone: to be shown, not judged. */
async function afterwards(hub: Hub, crm: Crm, rate: number): Promise<{ readonly ackP99Ms: number | null }> {
  await waitFor(() => crm.open <= rate, { what: 'the backlog to go', timeoutMs: 90_000, signal: hub.signal });
  const fromMs = performance.now();
  const goal = crm.acks.length + rate * 2;
  await waitFor(() => crm.acks.length >= goal, { what: 'acks', timeoutMs: 60_000, signal: hub.signal });
  return { ackP99Ms: ackP99(crm.acks, fromMs) };
}

export const slowDisk = drill({
  name: 'slow-disk',
  options: {
    ...COMMON,
    spells: { default: 5, min: 1, max: 1_000, whole: true, about: 'how often the disk is slow' },
    seconds: { default: 8, min: 1, max: 600, about: 'length of each spell' },
  },
  run: runSlowDisk,
});

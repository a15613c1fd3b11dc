import type { Crm } from './crm.ts';
import { COMMON, riggedDrill } from './drill.ts';
import type { Hub } from './hub.ts';
import { prepareVolume, type SmallVolume } from './small-volume.ts';
import { runTrial, type TrialResult } from './trial.ts';
import { waitFor } from './wait-for.ts';

const PATIENCE = { timeoutMs: 60_000 };
/** After room came back; then NATS is restarted, as an operator would. */
const BY_ITSELF_MS = 8_000;
const ROOM_BYTES = 262_144;

export interface DiskFullOptions {
  readonly seed: number;
  readonly rate: number;
  readonly rounds: number;
}

/**
 * Fills the volume of NATS under load until the gateway asks its senders to wait, gives the room back, and waits until it
 * accepts again: by itself where NATS can, else after a restart of NATS.
 */
export function runDiskFull(hub: Hub, volume: SmallVolume, options: DiskFullOptions): Promise<TrialResult> {
  const { seed, rate, rounds } = options;
  return runTrial(hub, { name: 'disk-full', seed, ratePerS: rate }, async (_, crm) => {
    let natsRestarts = 0;
    let redReadiness = 0;
    for (let round = 0; round < rounds; round += 1) {
      const refused = crm.counts.askedToWait;
      await volume.shrink(hub.stack, ROOM_BYTES);
      hub.say(`${volume.kind}: ${ROOM_BYTES / 1_024} KiB left`);
      const full = () => crm.counts.askedToWait > refused + 20;
      await waitFor(full, { ...PATIENCE, what: 'the gateway to ask to wait', signal: hub.signal });
      hub.say('full: the gateway asks to wait');
      redReadiness += Number(await isRed(hub));
      await volume.grow(hub.stack);
      natsRestarts += Number(!(await acceptsAgain(hub, crm)));
    }
    return { volume: volume.kind, filled: rounds, redReadiness, natsRestarts };
  });
}

/** Whether readiness says that nothing can be stored, within the time that a load balancer would look. */
async function isRed(hub: Hub): Promise<boolean> {
  const ready = new URL('/health/ready', hub.webhook);
  const red = async () => (await fetch(ready, { signal: AbortSignal.timeout(5_000) })).status === 503;
  const patience = { what: 'red readiness', timeoutMs: 6_000, signal: hub.signal };
  const found = await waitFor(red, patience).then(
    () => true,
    () => false,
  );
  hub.say(found ? 'readiness is red' : 'readiness stayed green');
  return found;
}

/** @returns false when it took a restart of NATS. */
async function acceptsAgain(hub: Hub, crm: Crm): Promise<boolean> {
  const before = crm.acked.size;
  const accepts = () => crm.acked.size > before + 20;
  const patience = { what: 'webhooks to be accepted again', signal: hub.signal };
  const byItself = await waitFor(accepts, { ...patience, timeoutMs: BY_ITSELF_MS }).then(
    () => true,
    () => false,
  );
  hub.say(byItself ? 'accepted again by itself' : 'NATS needs a restart');
  if (byItself) return true;
  await hub.stack.stopServer('nats');
  await hub.stack.startServer('nats');
  await waitFor(accepts, { ...patience, ...PATIENCE });
  hub.say('accepted again after the restart of NATS');
  return false;
}

/** The volume exists once its hub's folder does. */
export function volumeRig(): {
  readonly prepare: (stateDir: string) => () => void;
  readonly volume: () => SmallVolume;
} {
  let volume: SmallVolume | null = null;
  return {
    prepare: (stateDir) => {
      const prepared = prepareVolume(stateDir);
      volume = prepared;
      return () => prepared.unmount();
    },
    volume: () => {
      if (volume === null) throw new Error('the hub has not been opened');
      return volume;
    },
  };
}

export const diskFull = riggedDrill({
  name: 'disk-full',
  options: { ...COMMON, rounds: { default: 2, min: 1, max: 1_000, whole: true, about: 'how often it is filled' } },
  rig: async () => {
    const { prepare, volume } = volumeRig();
    return { device: volume, hub: { prepare }, close: () => undefined };
  },
  run: (hub, options, volume) => runDiskFull(hub, volume(), options),
});

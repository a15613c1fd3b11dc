import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '@hub/brokerage';
import { sendSignal } from '@hub/local-servers';
import type { Crm } from './crm.ts';
import { COMMON, drill } from './drill.ts';
import type { Hub } from './hub.ts';
import { runTrial, type TrialResult } from './trial.ts';
import { waitFor } from './wait-for.ts';

/** Somewhat more than a new process is given to become ready. */
const TAKEN_OVER = { timeoutMs: 45_000 };
const ANSWER_MS = 10_000;

export interface DeployOptions {
  readonly seed: number;
  readonly rate: number;
  readonly restarts: number;
  /** Longest pause between two restarts, in s. */
  readonly longest: number;
}

/**
 * Replaces the gateway's process under load, as a deployment does, again and again: also while earlier ones still finish
 * what they have. No connection may be refused or broken, and nothing but 2xx and 429 answered.
 */
export function runDeploy(hub: Hub, { seed, rate, restarts, longest }: DeployOptions): Promise<TrialResult> {
  const random = new Random(`deploy ${seed}`);
  return runTrial(hub, { name: 'deploy', seed, ratePerS: rate }, async (_, crm) => {
    const served = new Set([await servingInstance(hub)]);
    for (let at = 1; at <= restarts; at += 1) {
      await pause(random.between(0, longest) * 1_000, undefined, { signal: hub.signal });
      const tookMs = await replaceGateway(hub, served);
      hub.say(`restart ${at}: another process serves after ${(tookMs / 1_000).toFixed(1)} s`);
      await goesOn(hub, crm);
    }
    return { restarts: served.size - 1 };
  });
}

/**
 * Has the process that serves replaced by one that none of `served` is, which is added to them.
 * @returns how long it took, in ms.
 */
async function replaceGateway(hub: Hub, served: Set<string | null>): Promise<number> {
  const { stack, signal } = hub;
  const primary = stack.pid('gateway');
  if (primary === null) throw new Error('the gateway does not run');
  const startedMs = performance.now();
  sendSignal(primary, 'SIGHUP');
  const takenOver = async () => {
    const instance = await servingInstance(hub);
    if (served.has(instance)) return false;
    served.add(instance);
    return true;
  };
  await waitFor(takenOver, { ...TAKEN_OVER, what: 'another process to serve', signal });
  if (stack.pid('gateway') !== primary) throw new Error('the gateway itself ended instead of its worker');
  return performance.now() - startedMs;
}

/** The process that takes new connections. @throws Error where none answers. */
async function servingInstance(hub: Hub): Promise<string> {
  const ready = new URL('/health/ready', hub.webhook);
  // Kept, the connection would lead to the old process for as long as it drains.
  const response = await fetch(ready, { headers: { connection: 'close' }, signal: AbortSignal.timeout(ANSWER_MS) });
  return ((await response.json()) as { instanceId: string }).instanceId;
}

async function goesOn(hub: Hub, crm: Crm): Promise<void> {
  const before = crm.acked.size;
  const accepts = () => crm.acked.size > before + 10;
  await waitFor(accepts, { ...TAKEN_OVER, what: 'webhooks to be accepted', signal: hub.signal });
}

export const deploy = drill({
  name: 'deploy',
  options: {
    ...COMMON,
    restarts: { default: 10, min: 1, max: 100_000, whole: true, about: 'how often the process is replaced' },
    longest: { default: 5, min: 0, max: 300, about: 'seconds of the longest pause between two' },
  },
  run: runDeploy,
});

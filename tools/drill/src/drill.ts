import { readNumbers, type NumberOption } from './options.ts';
import { type Hub, type HubOptions, openHub } from './hub.ts';
import { kept, type TrialResult } from './trial.ts';

/** Each prints what happens and, as its last line, one JSON object. @returns the exit code: 0 when what was promised held. */
export type Drill = (args: readonly string[], signal: AbortSignal) => Promise<number>;

export type HubSetup = Omit<HubOptions, 'signal' | 'say'>;

/** What a drill puts around its hub before that starts, to break things with. */
export interface Rig<D> {
  readonly device: D;
  readonly hub: HubSetup;
  /** After the hub has stopped. */
  close(): void;
}

export interface DrillParts<K extends string, D> {
  readonly name: string;
  readonly options: Readonly<Record<K, NumberOption>>;
  readonly run: (hub: Hub, options: Readonly<Record<K, number>>, device: D) => Promise<TrialResult>;
  /** Promises of its own, beside those that all drills share. */
  readonly kept?: (result: TrialResult) => boolean;
}

/** Options that every drill has. */
export const COMMON = {
  seed: { default: 1, min: 0, max: 2 ** 32, whole: true, about: 'decides the faults, their times and the payloads' },
  rate: { default: 100, min: 1, max: 5_000, about: 'webhooks per second' },
} as const satisfies Record<string, NumberOption>;

/** A drill as a command: on a hub of its own, which is gone afterwards. */
export function drill<K extends string>({ hub = {}, ...parts }: DrillParts<K, null> & { hub?: HubSetup }): Drill {
  const rig = { device: null, hub, close: () => undefined };
  return riggedDrill({ ...parts, rig: () => Promise.resolve(rig) });
}

/** The same with a rig. */
export function riggedDrill<K extends string, D>(parts: DrillParts<K, D> & { rig(): Promise<Rig<D>> }): Drill {
  const { name, options, run } = parts;
  return async (args, signal) => {
    const values = readNumbers(name, args, options);
    const say = sayer();
    const rig = await parts.rig();
    try {
      say('starting servers and services on free ports');
      const hub = await openHub({ ...rig.hub, signal, say });
      const result = await orCloseWithLogs(hub, () => run(hub, values, rig.device));
      const held = kept(result) && (parts.kept?.(result) ?? true);
      await (held ? hub.close() : closeWithLogs(hub));
      process.stdout.write(`${JSON.stringify(result)}\n`);
      return held ? 0 : 1;
    } finally {
      rig.close();
    }
  };
}

async function orCloseWithLogs<T>(hub: Hub, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    await (hub.signal.aborted ? hub.close() : closeWithLogs(hub));
    throw error;
  }
}

/** For a person who looks into what went wrong. */
async function closeWithLogs(hub: Hub): Promise<void> {
  hub.say(`the logs of the services are kept in ${hub.stateDir}/logs`);
  await hub.close('logs');
}

/** Lines with the seconds since the drill began. */
function sayer(): (line: string) => void {
  const startedMs = performance.now();
  return (line) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
}

import { readNumbers, type NumberOption } from './options.ts';
import { type Hub, type HubOptions, openHub } from './hub.ts';
import { kept, type TrialResult } from './trial.ts';

/** Each prints what happens and, as its last line, one JSON object. @returns the exit code: 0 when what was promised held. */
export type Drill = (args: readonly string[], signal: AbortSignal) => Promise<number>;

export interface DrillParts<K extends string> {
  readonly name: string;
  readonly options: Readonly<Record<K, NumberOption>>;
  /** How its hub differs from an ordinary one. */
  readonly hub?: Omit<HubOptions, 'signal' | 'say'>;
  readonly run: (hub: Hub, options: Readonly<Record<K, number>>) => Promise<TrialResult>;
  /** Promises of its own, beside those that all drills share. */
  readonly kept?: (result: TrialResult) => boolean;
}

/** Options that every drill has. */
export const COMMON = {
  seed: { default: 1, min: 0, max: 2 ** 32, whole: true, about: 'decides the faults, their times and the payloads' },
  rate: { default: 100, min: 1, max: 5_000, about: 'webhooks per second' },
} as const satisfies Record<string, NumberOption>;

/** A drill as a command: on a hub of its own, which is gone afterwards. */
export function drill<K extends string>({ name, options, hub, run, kept: keptToo }: DrillParts<K>): Drill {
  return async (args, signal) => {
    const values = readNumbers(name, args, options);
    const say = sayer();
    say('starting servers and services on free ports');
    const opened = await openHub({ ...hub, signal, say });
    let result: TrialResult;
    try {
      result = await run(opened, values);
    } finally {
      await opened.close();
    }
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return kept(result) && (keptToo?.(result) ?? true) ? 0 : 1;
  };
}

/** Lines with the seconds since the drill began. */
function sayer(): (line: string) => void {
  const startedMs = performance.now();
  return (line) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1).padStart(6);
    process.stdout.write(`${seconds} s  ${line}\n`);
  };
}

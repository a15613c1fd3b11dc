import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import type { LabelledModel } from '@hub/intelligence';

export const USAGE = `npm run train -- [options]

Learns models from what became of leads, and writes a folder for each.

  --model NAME        conversion, goingCold or all (all)
  --from postgres     the event log that DATABASE_URL names, else that of the hub running here (the default)
  --simulated MONTHS  leads of simulated brokerages instead
  --until DATE        the log ends there: 2026-11-01 or a full time in ISO 8601 (now)
  --seed N            1
  --threads N         as many as there are cores
  --out DIR           .hub/models
  --register          makes the models candidates of the running hub
  --force             goes on with fewer leads than make odds that last, and says so in the card
  --truth             how close models come to what the simulated world knows; writes a report, no models
  --quick             with --truth: a smaller world, for a first look
  --help              this`;

/** The command line says something that cannot be done. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export type Source = { readonly kind: 'postgres' } | { readonly kind: 'simulated'; readonly months: number };

export interface TrainOptions {
  readonly models: readonly LabelledModel[];
  readonly source: Source;
  readonly untilMs: number;
  readonly seed: number;
  readonly threads: number;
  readonly out: string | null;
  readonly register: boolean;
  readonly force: boolean;
  readonly truth: boolean;
  readonly quick: boolean;
}

const ALL: readonly LabelledModel[] = ['conversion', 'goingCold'];

/** @throws UsageError naming every option that is wrong. */
export function readOptions(args: readonly string[], nowMs: number): TrainOptions {
  const given = parsed(args);
  const problems: string[] = [];
  const { model = 'all', from, simulated, until, seed = '1', threads = String(availableParallelism()) } = given;
  const models = model === 'all' ? ALL : ALL.filter((name) => name === model);
  if (models.length === 0) problems.push(`--model: there is no ${model}; there are ${ALL.join(', ')} and all`);
  if (from !== undefined && from !== 'postgres') problems.push('--from: there is only postgres');
  if (from !== undefined && simulated !== undefined) problems.push('--from and --simulated exclude each other');
  const untilMs = until === undefined ? nowMs : dateOf(until);
  if (Number.isNaN(untilMs)) problems.push('--until must be a date such as 2026-11-01');
  if (untilMs > nowMs) problems.push('--until lies in the future: what has not happened teaches nothing');
  const months = Number(simulated);
  if (simulated !== undefined && !(months > 0 && months <= 60)) problems.push('--simulated must be 1 to 60 months');
  if (!/^\d{1,9}$/.test(seed)) problems.push('--seed must be a whole number');
  if (!/^\d{1,3}$/.test(threads)) problems.push('--threads must be a whole number');
  if (given.truth && (from !== undefined || given.register)) problems.push('--truth is for simulated leads alone');
  if (given.quick && !given.truth) problems.push('--quick goes with --truth');
  if (given.register && simulated !== undefined)
    problems.push('--register: models of simulated leads decide on no real ones');
  if (problems.length > 0) throw new UsageError(`${problems.join('\n')}\n\n${USAGE}`);
  return {
    models,
    source: simulated === undefined ? { kind: 'postgres' } : { kind: 'simulated', months },
    untilMs,
    seed: Number(seed),
    threads: Number(threads),
    out: given.out ?? null,
    register: given.register,
    force: given.force,
    truth: given.truth,
    quick: given.quick,
  };
}

/** Epoch ms; NaN for what is no date. A day ends with itself. */
function dateOf(text: string): number {
  if (!/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/.test(text)) return NaN;
  const ms = Date.parse(text);
  const isDay = text.length === 10;
  if (isDay && !Number.isNaN(ms) && new Date(ms).toISOString().slice(0, 10) !== text) return NaN;
  return ms;
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        model: text,
        from: text,
        simulated: text,
        until: text,
        seed: text,
        threads: text,
        out: text,
        register: flag,
        force: flag,
        truth: flag,
        quick: flag,
      },
    }).values;
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause });
  }
}

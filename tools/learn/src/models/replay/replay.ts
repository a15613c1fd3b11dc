import { readCommandLine, table, UsageError } from '@hub/hub/terminal';
import type { Database } from '@hub/database/registry';
import type { Command } from '../command.ts';
import { type Replayed, replayDecisions } from './replay-decisions.ts';
import { sampleDecisions } from './stored-decision.ts';

const PROGRESS_EVERY_MS = 5_000;

export interface ReplayOptions {
  readonly sample: number;
  readonly seed: number;
  readonly json: boolean;
}

/** `replay [--sample N]`: whether stored decisions come out once more as they did, to the bit. Exit code 1: some do not. */
export const replay: Command = ({ database }, args) => replayOn(database, readReplayOptions(args));

/** @throws UsageError for what is no option of it. */
export function readReplayOptions(args: readonly string[]): ReplayOptions {
  const { values, flags } = readCommandLine(args, { names: ['sample', 'seed'], flags: ['json', 'demo'], mostWords: 0 });
  const sample = Number(values['sample'] ?? 10_000);
  const seed = Number(values['seed'] ?? 1);
  if (!Number.isSafeInteger(sample) || sample < 1) throw new UsageError('--sample must be a whole number above 0');
  if (!Number.isSafeInteger(seed)) throw new UsageError('--seed must be a whole number');
  return { sample, seed, json: flags.has('json') };
}

export async function replayOn(database: Database, { sample, seed, json }: ReplayOptions): Promise<number> {
  const decisions = await sampleDecisions(database, sample, seed);
  let saidAtMs = performance.now();
  const replayed = await replayDecisions(database, decisions, (done) => {
    if (performance.now() - saidAtMs < PROGRESS_EVERY_MS) return;
    saidAtMs = performance.now();
    process.stderr.write(`${done} of ${decisions.length} decisions\n`);
  });
  process.stdout.write(json ? `${JSON.stringify(replayJson(replayed))}\n` : replayText(replayed));
  return replayed.different === 0 ? 0 : 1;
}

function replayJson({ replayed, different, differences, leftOut }: Replayed): object {
  const left = [...leftOut.values()].reduce((sum, count) => sum + count, 0);
  return { replayed, different, ...(left > 0 && { leftOut: left }), ...(different > 0 && { differences }) };
}

export function replayText({ replayed, different, differences, leftOut }: Replayed): string {
  const lines = [...leftOut].map(([why, count]) => `${count} left out: ${why}\n`);
  const what =
    different === 0
      ? `${replayed} decisions made once more, each the same to the bit\n`
      : `${different} of ${replayed} decisions came out otherwise, the first of them:\n`;
  const rows = differences.map((one) => [one.tenantId, one.leadId, one.version, one.what, one.stored, one.again]);
  const shown = different === 0 ? '' : table(['tenant', 'lead', 'version', 'what', 'stored', 'now'], rows);
  return `${lines.join('')}${what}${shown}`;
}

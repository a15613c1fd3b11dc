import { queryOf, readArguments } from './arguments.ts';
import type { HubApi } from './hub-api.ts';
import { print } from './print.ts';
import { table, timeText } from './table.ts';

interface Refusal {
  readonly atMs: number;
  readonly source: string | null;
  readonly sourceId: string | null;
  readonly reason: string;
  readonly maskedStart: string;
}

/** Samples of what was refused, newest first: why, and how it began. */
export async function refusals(api: HubApi, args: readonly string[]): Promise<number> {
  const { json, values } = readArguments(args, ['limit']);
  const found = await api.json<{ refusals: readonly Refusal[] }>('GET', `/api/refusals${queryOf(values)}`);
  print(json, found, refusalsText(found.refusals));
  return 0;
}

export function refusalsText(found: readonly Refusal[]): string {
  if (found.length === 0) return 'nothing was refused\n';
  const rows = found.map(({ atMs, source, sourceId, reason, maskedStart }) => [
    timeText(atMs),
    reason,
    source ?? 'none',
    sourceId ?? '',
    maskedStart,
  ]);
  return table(['at', 'reason', 'kind', 'source', 'begins, masked'], rows);
}

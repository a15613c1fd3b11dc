import { percentile, rounded } from '../percentile.ts';
import { table } from '../table.ts';
import type { Measured } from './measure.ts';

export interface Filled {
  readonly deliveries: number;
  readonly deadLetters: number;
  readonly fillS: number;
  readonly diskMb: number;
}

export function printReport(measured: readonly Measured[], filled: Filled): void {
  const head = ['', 'searches', 'p50', 'p99', 'longest', 'rows', 'ended early'];
  const rows = measured.map(({ kind, latencyMs, rows: found, short }) => [
    kind.name,
    String(latencyMs.length),
    ms(percentile(latencyMs, 0.5)),
    ms(percentile(latencyMs, 0.99)),
    ms(Math.max(...latencyMs)),
    String(rounded(found / latencyMs.length, 0)),
    `${rounded((short / latencyMs.length) * 100, 0)} %`,
  ]);
  process.stdout.write(
    `\nfrom the time a search should have begun; an early end says where to go on\n${table(head, rows)}\n`,
  );
  process.stdout.write(`${JSON.stringify(result(measured, filled))}\n`);
}

/** The last line of the bench. */
function result(measured: readonly Measured[], { deliveries, deadLetters, fillS, diskMb }: Filled): object {
  const all = measured.flatMap(({ latencyMs }) => latencyMs);
  const byKind = measured.map(({ kind, latencyMs }) => ({
    kind: kind.name,
    p99Ms: rounded(percentile(latencyMs, 0.99)),
  }));
  const [slowest] = byKind.toSorted((a, b) => b.p99Ms - a.p99Ms);
  return {
    bench: 'search',
    deliveries,
    deadLetters,
    searches: all.length,
    searchP50Ms: rounded(percentile(all, 0.5)),
    searchP99Ms: rounded(percentile(all, 0.99)),
    slowest,
    fillS: rounded(fillS, 0),
    diskMb: rounded(diskMb, 0),
  };
}

function ms(value: number): string {
  return `${rounded(value)} ms`;
}

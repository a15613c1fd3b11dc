import type { Findings, Maximum } from './gateway-findings.ts';
import { type LoadPhase, percentileOf } from './load-phase.ts';
import { percentile, rounded } from './percentile.ts';
import { table } from './table.ts';

/** One phase as it ends, for whoever watches. */
export function phaseLine(phase: LoadPhase): string {
  const { receiver, ratePerS, ackP50Ms, ackP99Ms, refusals, cpu, latenessP99Ms } = phase;
  const refused = Object.keys(refusals).length > 0 ? `; refused ${JSON.stringify(refusals)}` : '';
  return (
    `  ${receiver} at ${ratePerS}/s: ack p50 ${ms(ackP50Ms)} p99 ${ms(ackP99Ms)}${refused}; of one core: receiver ` +
    `${percent(cpu.receiver)}, its store ${percent(cpu.store)}, generator ${percent(cpu.generator)}, late ${ms(latenessP99Ms)}`
  );
}

export function printReport(findings: Findings): void {
  const { phases, kinds, maxima, withoutPostgres } = findings;
  section('at constant rates, all rounds together', phaseTable(phases));
  section('by kind of webhook, gateway alone', phaseTable(kinds.map((one) => ({ ...one, receiver: one.kind }))));
  if (maxima.length > 0) section('highest rate with p99 below 30 ms and nothing refused, by round', maxTable(maxima));
  if (withoutPostgres.length > 0) {
    const names = ['gateway', 'gateway, Postgres stopped', 'textbook, Postgres stopped'];
    section(
      'without Postgres',
      phaseTable(withoutPostgres.map((one, at) => ({ ...one, receiver: names[at] ?? one.receiver }))),
    );
  }
  process.stdout.write(`${JSON.stringify(result(findings))}\n`);
}

/** The last line of the bench. Receivers' rates are medians over the rounds. */
function result({ phases, kinds, maxima, withoutPostgres, signatures }: Findings): object {
  const ours = phases.filter((one) => one.receiver === 'gateway');
  const atRates = [...Map.groupBy(ours, (one) => one.ratePerS)].map(([ratePerS, same]) => {
    const acks = pooled(same);
    return [
      `at${ratePerS}`,
      { ackP50Ms: rounded(percentileOf(acks, 0.5), 2), ackP99Ms: rounded(percentileOf(acks, 0.99), 2) },
    ];
  });
  const held = maxima.flatMap((round) => round.filter((one) => one.receiver === 'gateway'));
  const best = held.toSorted((a, b) => b.ratePerS - a.ratePerS)[0];
  const rates = new Map(
    [...Map.groupBy(maxima.flat(), (one) => one.receiver)].map(([name, same]) => [name, median(same)]),
  );
  const maxRate = rates.get('gateway') ?? null;
  const textbookRates = [...rates].filter(([name]) => name !== 'gateway').map(([, rate]) => rate);
  const textbookMaxRate = textbookRates.length > 0 ? Math.max(...textbookRates) : null;
  const ratios = maxima.map(ratioOf).filter((ratio) => ratio !== null);
  const everything = [...phases, ...kinds, ...held.flatMap((one) => one.phase ?? []), ...withoutPostgres];
  const atMost = best?.phase ?? ours.at(-1) ?? null;
  return {
    bench: 'gateway',
    ...Object.fromEntries(atRates),
    maxRate,
    textbookMaxRate,
    ratioToTextbook: maxRate === null || textbookMaxRate === null ? null : rounded(maxRate / textbookMaxRate, 2),
    ratioByRound: ratios,
    syncsPer1000: atMost === null ? null : rounded((atMost.writes / atMost.accepted) * 1_000, 1),
    signatureP50Ms: signatures?.p50 ?? null,
    signatureP99Ms: signatures?.p99 ?? null,
    lost: everything.filter((one) => one.receiver === 'gateway').reduce((sum, one) => sum + one.lost, 0),
    rssMb: Math.max(0, ...held.map((one) => one.rssMb ?? 0)) || null,
    fsync: 'always',
  };
}

function phaseTable(phases: readonly LoadPhase[]): string {
  const groups = Map.groupBy(phases, (one) => `${one.ratePerS}/s ${one.receiver}`);
  const head = [
    '',
    'ack p50',
    'ack p99',
    'p99 by round',
    'refused',
    'lost',
    'per write',
    'syncs/1000',
    'CPU ms/10,000',
    'of store',
  ];
  const rows = [...groups].map(([name, same]) => {
    const acks = pooled(same);
    const accepted = sum(same, (one) => one.accepted);
    const writes = sum(same, (one) => one.writes);
    return [
      name,
      ms(percentileOf(acks, 0.5)),
      ms(percentileOf(acks, 0.99)),
      same.map((one) => rounded(one.ackP99Ms, 1)).join(' '),
      String(sum(same, (one) => sum(Object.values(one.refusals), (count) => count))),
      String(sum(same, (one) => one.lost)),
      writes > 0 ? String(rounded(accepted / writes, 1)) : '-',
      accepted > 0 ? String(rounded((writes / accepted) * 1_000, 0)) : '-',
      String(
        rounded(
          mean(same, (one) => (one.cpu.receiver / one.ratePerS) * 1e7),
          0,
        ),
      ),
      String(
        rounded(
          mean(same, (one) => (one.cpu.store / one.ratePerS) * 1e7),
          0,
        ),
      ),
    ];
  });
  return table(head, rows);
}

function maxTable(maxima: Findings['maxima']): string {
  const names = maxima[0]?.map((one) => one.receiver) ?? [];
  const rows = names.map((name) => {
    const all = maxima.flatMap((round) => round.filter((one) => one.receiver === name));
    const rss = Math.max(0, ...all.map((one) => one.rssMb ?? 0));
    const writes = all.flatMap(({ phase }) => (phase === null ? [] : [rounded(phase.accepted / phase.writes, 1)]));
    return [
      name,
      ...all.map((one) => `${one.ratePerS}/s`),
      `${median(all)}/s`,
      writes.join(' '),
      rss > 0 ? `${rss} MB` : '-',
    ];
  });
  return table(['', ...maxima.map((_, at) => `round ${at + 1}`), 'median', 'per write', 'resident'], rows);
}

/** Ours to the best of the others, in one round. */
function ratioOf(round: readonly Maximum[]): number | null {
  const ours = round.find((one) => one.receiver === 'gateway')?.ratePerS ?? 0;
  const others = Math.max(0, ...round.filter((one) => one.receiver !== 'gateway').map((one) => one.ratePerS));
  return others > 0 ? rounded(ours / others, 2) : null;
}

function median(maxima: readonly Maximum[]): number {
  return percentile(
    maxima.map((one) => one.ratePerS),
    0.5,
  );
}

function pooled(phases: readonly LoadPhase[]): Float64Array {
  return Float64Array.from(phases.flatMap((one) => [...one.ackMs]));
}

function sum<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}

function mean<T>(items: readonly T[], of: (item: T) => number): number {
  return sum(items, of) / items.length;
}

function ms(value: number): string {
  return `${rounded(value, 2)} ms`;
}

function percent(share: number): string {
  return `${rounded(share * 100, 0)} %`;
}

function section(title: string, text: string): void {
  process.stdout.write(`\n${title}\n${text}\n`);
}

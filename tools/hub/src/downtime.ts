import { queryOf, readArguments } from './arguments.ts';
import type { HubApi } from './hub-api.ts';
import { print } from './print.ts';
import { durationText, table, timeText } from './table.ts';

interface Downtime {
  readonly service: string;
  readonly beganAtMs: number;
  readonly endedAtMs: number | null;
  readonly estimates: readonly { tenantId: string; expected: number; low: number; high: number; basis: string }[];
}

export async function downtime(api: HubApi, args: readonly string[]): Promise<number> {
  const { json, values } = readArguments(args, ['service', 'limit']);
  const found = await api.json<{ downtimes: readonly Downtime[] }>('GET', `/api/downtime${queryOf(values)}`);
  print(json, found, downtimeText(found.downtimes));
  return 0;
}

const BASIS: Readonly<Record<string, string>> = { sameHours: 'same hours of earlier weeks', lastHours: 'hours before' };

export function downtimeText(downtimes: readonly Downtime[]): string {
  const heads = ['from', 'to', 'lasted', 'service', 'tenant', 'missed about', '95 of 100 between', 'by the'];
  const rows = downtimes.flatMap((gap) => {
    const { beganAtMs, endedAtMs, service, estimates } = gap;
    const when = [
      timeText(beganAtMs),
      endedAtMs === null ? 'lasts' : timeText(endedAtMs),
      endedAtMs === null ? '' : durationText(endedAtMs - beganAtMs),
      service,
    ];
    if (estimates.length === 0) return [[...when, '', '', '', '']];
    return estimates.map(({ tenantId, expected, low, high, basis }) => [
      ...when,
      tenantId,
      String(Math.round(expected)),
      `${low} and ${high}`,
      BASIS[basis] ?? basis,
    ]);
  });
  return rows.length === 0 ? 'no gap in service is known\n' : table(heads, rows);
}

import { pathOf, queryOf, readArguments } from './arguments.ts';
import type { HubApi } from './hub-api.ts';
import { print } from './print.ts';
import { table, timeText } from './table.ts';
import { UsageError } from './usage-error.ts';

interface Duplicates {
  readonly minutes: readonly { minuteMs: number; hot: number; exact: number }[];
  readonly events: readonly { eventId: string; firstSeenAtMs: number; lastSeenAtMs: number; copies: number }[];
}

export async function duplicates(api: HubApi, args: readonly string[]): Promise<number> {
  const { json, values } = readArguments(args, ['tenant', 'limit']);
  const { tenant, limit } = values;
  if (tenant === undefined) throw new UsageError('duplicates: --tenant is missing');
  const found = await api.json<Duplicates>('GET', pathOf('duplicates', tenant) + queryOf({ limit }));
  print(json, found, duplicatesText(found));
  return 0;
}

export function duplicatesText({ minutes, events }: Duplicates): string {
  const byMinute = minutes.map(({ minuteMs, hot, exact }) => [timeText(minuteMs), hot, exact]);
  const byEvent = events.map((event) => [
    timeText(event.firstSeenAtMs),
    timeText(event.lastSeenAtMs),
    event.copies,
    event.eventId,
  ]);
  return `${table(['minute', 'by the gateway', 'by the database'], byMinute)}\n${table(['first seen', 'last copy', 'copies', 'event'], byEvent)}`;
}

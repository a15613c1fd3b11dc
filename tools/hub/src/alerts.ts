import { queryOf, readArguments } from './arguments.ts';
import type { HubApi } from './hub-api.ts';
import { print } from './print.ts';
import { table, timeText } from './table.ts';

interface Alert {
  readonly kind: string;
  readonly tenantId: string;
  readonly openedAtMs: number;
  readonly closedAtMs: number | null;
  readonly summary: string;
  readonly context: { readonly eventIds?: readonly string[] };
}

/** Exit code 1: an alert is open. */
export async function alerts(api: HubApi, args: readonly string[]): Promise<number> {
  const { json, values } = readArguments(args, ['state', 'limit']);
  const found = await api.json<{ alerts: readonly Alert[] }>('GET', `/api/alerts${queryOf(values)}`);
  print(json, found, alertsText(found.alerts));
  return found.alerts.some(({ closedAtMs }) => closedAtMs === null) ? 1 : 0;
}

export function alertsText(found: readonly Alert[]): string {
  if (found.length === 0) return 'no alerts\n';
  const rows = found.map((alert) => [
    timeText(alert.openedAtMs),
    alert.closedAtMs === null ? 'open' : timeText(alert.closedAtMs),
    alert.kind,
    alert.tenantId,
    alert.summary,
  ]);
  const ids = found.flatMap(({ tenantId, context }) =>
    context.eventIds === undefined ? [] : [`${tenantId}: ${context.eventIds.join(' ')}\n`],
  );
  const named = ids.length === 0 ? '' : `\nnot accounted for:\n${ids.join('')}`;
  return `${table(['since', 'until', 'kind', 'tenant', 'what'], rows)}${named}`;
}

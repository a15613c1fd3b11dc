import { pathOf, queryOf, readArguments } from './arguments.ts';
import type { HubApi } from './hub-api.ts';
import { print } from './print.ts';
import { durationText, table, timeText } from './table.ts';

interface Counts {
  readonly received: number;
  readonly applied: number;
  readonly duplicates: number;
  readonly dead: number;
  readonly parked: number;
  readonly inFlight: number;
}

interface Ledger {
  readonly sums: Counts;
  readonly inFlight: { readonly webhooks: number; readonly oldestAgeMs: number | null };
  readonly imbalance: number;
  readonly lines: readonly (Counts & { tenantId: string; minuteMs: number; isImbalanced: boolean })[];
}

/** Exit code 1: something is not accounted for after 2 minutes. */
export async function ledger(api: HubApi, args: readonly string[]): Promise<number> {
  const { json, values } = readArguments(args, ['tenant', 'minutes']);
  const found = await api.json<Ledger>(
    'GET',
    pathOf('ledger', values['tenant']) + queryOf({ minutes: values['minutes'] }),
  );
  print(json, found, ledgerText(found));
  return found.imbalance === 0 ? 0 : 1;
}

export function ledgerText({ lines, sums, inFlight, imbalance }: Ledger): string {
  const cells = (of: Counts) => [of.received, of.applied, of.duplicates, of.dead, of.parked, of.inFlight];
  const heads = ['minute', 'tenant', 'received', 'scored', 'duplicate', 'dead', 'parked', 'in flight', ''];
  const rows = lines.map((line) => [
    timeText(line.minuteMs),
    line.tenantId,
    ...cells(line),
    line.isImbalanced ? 'not accounted for' : '',
  ]);
  const oldest = inFlight.oldestAgeMs === null ? '' : `, the oldest for ${durationText(inFlight.oldestAgeMs)}`;
  const balance = imbalance === 0 ? 'balanced' : `${imbalance} not accounted for after 2 minutes`;
  return `${table(heads, [...rows, ['sum', '', ...cells(sums), '']])}\n${balance}; ${inFlight.webhooks} in flight${oldest}\n`;
}

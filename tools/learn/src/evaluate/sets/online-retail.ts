import { numberColumn } from './columns.ts';
import type { CsvLayout, CsvTable } from '../files/csv.ts';
import type { DataSet } from './data-set.ts';
import type { TrainingTable } from '@hub/intelligence/training';

const DAY_MS = 86_400_000;
const ACTIVE_DAYS = 180;
const QUIET_DAYS = 90;
const LOG_START_MS = Date.UTC(2009, 11, 1);
const TRAIN_AT = ['2010-06-01', '2010-09-01', '2010-12-01', '2011-03-01', '2011-05-31'].map(Date.parse);
const TEST_AT = ['2011-09-09'].map(Date.parse);

const EVENTS: CsvLayout = {
  file: 'uci-online-retail/events.csv.gz',
  delimiter: ',',
  columns: ['customer_id', 'ts', 'kind', 'lines', 'units', 'value_gbp'],
};

/**
 * Who of a wholesaler's customers, among those that bought within half a year, buys nothing in the next 90 days. The same
 * customers are in training and test, as in the reference; no label of training reaches the day of the test.
 */
export const onlineRetail: DataSet = {
  credit: 'Chen 2019, UCI Online Retail II',
  licence: 'CC BY 4.0',
  weights: 'free',
  files: [EVENTS],
  tasksOf(files) {
    const customers = customersOf(files(EVENTS));
    const train = tableAt(customers, TRAIN_AT);
    const test = tableAt(customers, TEST_AT);
    const protocol = { kind: 'forward', train, test, ageDays: null, isMended: false } as const;
    return [{ name: 'onlineRetailQuiet90', title: 'no purchase in the next 90 days', protocol }];
  },
};

interface Transaction {
  readonly atMs: number;
  readonly lines: number;
  readonly units: number;
  readonly value: number;
}

interface Customer {
  readonly id: number;
  readonly purchases: readonly Transaction[];
  readonly returns: readonly Transaction[];
}

function customersOf(events: CsvTable): readonly Customer[] {
  const [ids, times] = [events.numbers('customer_id'), events.times('ts')];
  const [lines, units, values] = ['lines', 'units', 'value_gbp'].map((name) => events.numbers(name));
  const isReturn = events.labels('kind', 'return', 'purchase');
  const customers = new Map<number, { id: number; purchases: Transaction[]; returns: Transaction[] }>();
  for (const [row, id] of ids.entries()) {
    const customer = customers.get(id) ?? { id, purchases: [], returns: [] };
    customers.set(id, customer);
    const [atMs = 0, of = 0] = [times[row], isReturn[row]];
    const transaction = { atMs, lines: lines?.[row] ?? 0, units: units?.[row] ?? 0, value: values?.[row] ?? 0 };
    (of === 1 ? customer.returns : customer.purchases).push(transaction);
  }
  for (const { purchases, returns } of customers.values()) for (const list of [purchases, returns]) list.sort(byTime);
  return [...customers.values()];
}

function byTime(a: Transaction, b: Transaction): number {
  return a.atMs - b.atMs;
}

function tableAt(customers: readonly Customer[], dates: readonly number[]): TrainingTable {
  const rows = dates.flatMap((atMs) =>
    customers
      .filter(({ purchases }) => between(purchases, atMs - ACTIVE_DAYS * DAY_MS, atMs).length > 0)
      .map((customer) => ({ customer, atMs })),
  );
  return {
    columns: Object.entries(FEATURES).map(([name, of]) =>
      numberColumn(
        name,
        Float64Array.from(rows, ({ customer, atMs }) => of(pastOf(customer, atMs))),
      ),
    ),
    labels: Uint8Array.from(rows, ({ customer: { purchases }, atMs }) =>
      Number(between(purchases, atMs, atMs + QUIET_DAYS * DAY_MS).length === 0),
    ),
    atMs: Float64Array.from(rows, ({ atMs }) => atMs),
    groups: Int32Array.from(rows, ({ customer }) => customer.id),
  };
}

/** Those from `fromMs`, before `toMs`. */
function between(list: readonly Transaction[], fromMs: number, toMs: number): readonly Transaction[] {
  return list.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
}

/** What is known of a customer at a moment. */
interface Past {
  readonly atMs: number;
  readonly purchases: readonly Transaction[];
  readonly returns: readonly Transaction[];
  /** Between purchases, days. */
  readonly gaps: readonly number[];
}

function pastOf({ purchases, returns }: Customer, atMs: number): Past {
  const [bought, returned] = [purchases, returns].map((list) => between(list, Number.NEGATIVE_INFINITY, atMs));
  const days = bought?.map(({ atMs: boughtMs }) => boughtMs / DAY_MS) ?? [];
  return {
    atMs,
    purchases: bought ?? [],
    returns: returned ?? [],
    gaps: days.slice(1).map((day, at) => day - (days[at] ?? day)),
  };
}

const FEATURES: Readonly<Record<string, (past: Past) => number>> = {
  daysSincePurchase: ({ atMs, purchases }) => daysSince(purchases.at(-1), atMs),
  daysSinceFirst: ({ atMs, purchases }) => daysSince(purchases[0], atMs),
  purchases: ({ purchases }) => purchases.length,
  purchases30: (past) => lastDays(past, 30).length,
  purchases90: (past) => lastDays(past, 90).length,
  purchases180: (past) => lastDays(past, 180).length,
  activeMonths: ({ atMs, purchases }) =>
    new Set(purchases.map((one) => Math.floor((atMs - one.atMs) / (30 * DAY_MS)))).size,
  meanGapDays: ({ gaps }) => mean(gaps),
  largestGapDays: ({ gaps }) => (gaps.length === 0 ? Number.NaN : Math.max(...gaps)),
  lastGapDays: ({ gaps }) => gaps.at(-1) ?? Number.NaN,
  silenceInGaps: ({ atMs, purchases, gaps }) => daysSince(purchases.at(-1), atMs) / mean(gaps),
  value: ({ purchases }) => sum(purchases.map(({ value }) => value)),
  value90: (past) => sum(lastDays(past, 90).map(({ value }) => value)),
  meanValue: ({ purchases }) => mean(purchases.map(({ value }) => value)),
  lastValue: ({ purchases }) => purchases.at(-1)?.value ?? Number.NaN,
  meanLines: ({ purchases }) => mean(purchases.map(({ lines }) => lines)),
  lastLines: ({ purchases }) => purchases.at(-1)?.lines ?? Number.NaN,
  unitsPerLine: ({ purchases }) => sum(purchases.map(({ units }) => units)) / sum(purchases.map(({ lines }) => lines)),
  returns: ({ returns }) => returns.length,
  daysSinceReturn: ({ atMs, returns }) => daysSince(returns.at(-1), atMs),
  /** A year ago in the days that are to be predicted; missing where the log does not reach back so far. */
  purchasesYearAgo: ({ atMs, purchases }) =>
    atMs - 365 * DAY_MS < LOG_START_MS
      ? Number.NaN
      : between(purchases, atMs - 365 * DAY_MS, atMs - (365 - QUIET_DAYS) * DAY_MS).length,
  decayed30: (past) => decayed(past, 30),
  decayed90: (past) => decayed(past, 90),
  decayed365: (past) => decayed(past, 365),
};

function lastDays({ atMs, purchases }: Past, days: number): readonly Transaction[] {
  return between(purchases, atMs - days * DAY_MS, atMs);
}

function decayed({ atMs, purchases }: Past, halfLifeDays: number): number {
  return sum(purchases.map((one) => 2 ** -((atMs - one.atMs) / DAY_MS / halfLifeDays)));
}

function daysSince(one: Transaction | undefined, atMs: number): number {
  return one === undefined ? Number.NaN : (atMs - one.atMs) / DAY_MS;
}

function mean(values: readonly number[]): number {
  return values.length === 0 ? Number.NaN : sum(values) / values.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

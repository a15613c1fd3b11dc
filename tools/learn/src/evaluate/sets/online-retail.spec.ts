import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Forward } from './data-set.ts';
import { csvText, filesFrom } from './files.for-spec.ts';
import { onlineRetail } from './online-retail.ts';

const TEST_DAY = '2011-09-09';

interface Sale {
  readonly customer: number;
  readonly ts: string;
  readonly kind?: string;
}

function protocolOf(sales: readonly Sale[]): Forward {
  const rows = sales.map(({ customer, ts, kind = 'purchase' }) => ({
    customer_id: customer,
    ts,
    kind,
    lines: 2,
    units: 10,
    value_gbp: 20.5,
    country: 'Germany',
  }));
  const [task] = onlineRetail.tasksOf(filesFrom({ 'uci-online-retail/events.csv.gz': csvText(rows) }));
  return task?.protocol as Forward;
}

function testRow({ test }: Forward, row: number) {
  return Object.fromEntries(test.columns.map(({ name, values }) => [name, values[row]]));
}

it('asks of customers with a purchase in 180 days whether they buy nothing in the next 90', () => {
  const { train, test } = protocolOf([
    { customer: 1, ts: '2011-08-30T00:00:00' },
    { customer: 1, ts: '2011-12-08T00:00:00' },
    { customer: 2, ts: '2011-08-30T00:00:00' },
    { customer: 2, ts: '2011-12-07T23:59:00' },
    { customer: 3, ts: '2011-03-12T23:59:00' },
    { customer: 4, ts: '2011-08-30T00:00:00', kind: 'return' },
    { customer: 5, ts: '2010-05-01T00:00:00' },
  ]);
  expect([...test.groups]).toEqual([1, 2]);
  expect([...test.labels]).toEqual([1, 0]);
  // Customer 5 on two days of training, customer 3 on the two behind its purchase.
  expect([...train.groups]).toEqual([5, 5, 3]);
});

it('counts and times what lies before the day, returns apart from purchases', () => {
  const protocol = protocolOf([
    { customer: 1, ts: '2011-08-10T00:00:00' },
    { customer: 1, ts: '2011-08-30T00:00:00' },
    { customer: 1, ts: '2011-09-08T00:00:00', kind: 'return' },
  ]);
  expect(testRow(protocol, 0)).toMatchObject({
    purchases: 2,
    daysSincePurchase: 10,
    meanGapDays: 20,
    silenceInGaps: 0.5,
    returns: 1,
    daysSinceReturn: 1,
    value: 41,
    purchasesYearAgo: 0,
  });
});

it('sees nothing of the day itself and of what follows, and no country', () => {
  const past = [
    { customer: 1, ts: '2011-08-10T00:00:00' },
    { customer: 1, ts: '2011-08-30T00:00:00' },
  ];
  const before = testRow(protocolOf(past), 0);
  expect(Object.keys(before)).not.toContain('country');
  const later = fc
    .integer({ min: 0, max: 100 * 1_440 })
    .map((minutes) => new Date(Date.parse(TEST_DAY) + minutes * 60_000).toISOString().slice(0, 19));
  fc.assert(
    fc.property(later, fc.constantFrom('purchase', 'return'), (ts, kind) => {
      expect(testRow(protocolOf([...past, { customer: 1, ts, kind }]), 0)).toEqual(before);
    }),
    { numRuns: 30 },
  );
});

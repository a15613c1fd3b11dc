import { expect, it } from '@jest/globals';
import { bankMarketing } from './bank-marketing.ts';
import type { Folds, Forward, Protocol, Task } from './data-set.ts';
import { csvText, filesFrom } from './files.for-spec.ts';
import { onlineShoppers } from './online-shoppers.ts';
import { telcoChurn } from './telco-churn.ts';
import { xEducation } from './x-education.ts';

/** A row with a value for every column that an adapter reads, and whatever is given. */
function rowOf(columns: readonly string[], given: Readonly<Record<string, unknown>>) {
  return { ...Object.fromEntries(columns.map((column) => [column, '1'])), ...given };
}

function protocolOf([task]: readonly Task[]): Protocol {
  if (task === undefined) throw new Error('the set should have a task');
  return task.protocol;
}

const names = ({ columns }: Folds['table']) => columns.map(({ name }) => name);
const valueOf = ({ columns }: Folds['table'], name: string, row: number) =>
  columns.find((column) => column.name === name)?.values[row];

const [calls, sessions, customers, leads] = [bankMarketing, onlineShoppers, telcoChurn, xEducation].map(
  ({ files }) => files[0] ?? { file: '', delimiter: ',' as const, columns: [] },
);

it('bank marketing: what was known before the call, in the order of dates, the first 80 % to the last 20 %', () => {
  const months = ['may', 'dec', 'mar', 'mar', 'jan'];
  const rows = months.map((month, row) =>
    rowOf(calls?.columns ?? [], {
      month,
      y: row === 4 ? 'yes' : 'no',
      campaign: row + 1,
      pdays: row === 0 ? 999 : 3,
      duration: 600,
    }),
  );
  const files = filesFrom({ [calls?.file ?? '']: csvText(rows, ';') });
  const { train, test, isMended } = protocolOf(bankMarketing.tasksOf(files)) as Forward;
  expect([train.labels.length, [...test.labels], isMended]).toEqual([4, [1], true]);
  expect([...train.atMs, ...test.atMs].map((atMs) => new Date(atMs).toISOString().slice(0, 16))).toEqual([
    '2008-05-01T00:00',
    '2008-12-01T00:00',
    '2009-03-01T00:00',
    '2009-03-01T00:01',
    '2010-01-01T00:00',
  ]);
  expect(valueOf(train, 'calls before in this campaign', 0)).toBe(0);
  expect(valueOf(train, 'days since the last campaign', 0)).toBeNaN();
  for (const leak of ['duration', 'month', 'euribor3m', 'emp.var.rate', 'campaign'])
    expect(names(train)).not.toContain(leak);
});

it('bank marketing: names the month that is none', () => {
  const rows = [rowOf(calls?.columns ?? [], { month: 'mai', y: 'no' })];
  const files = filesFrom({ [calls?.file ?? '']: csvText(rows, ';') });
  expect(() => bankMarketing.tasksOf(files)).toThrow('there is no month "mai"');
});

it('online shoppers: once with the leaking page values and once without', () => {
  const rows = [
    rowOf(sessions?.columns ?? [], { Revenue: 'TRUE' }),
    rowOf(sessions?.columns ?? [], { Revenue: 'FALSE' }),
  ];
  const [all, without] = onlineShoppers
    .tasksOf(filesFrom({ [sessions?.file ?? '']: csvText(rows) }))
    .map(({ protocol }) => (protocol as Folds).table);
  if (all === undefined || without === undefined) throw new Error('there should be two tasks');
  expect([...all.labels]).toEqual([1, 0]);
  expect(names(all).filter((name) => !names(without).includes(name))).toEqual(['PageValues']);
});

it('telco churn: blank totals are missing, and customers are no feature', () => {
  const rows = [rowOf(customers?.columns ?? [], { Churn: 'Yes', TotalCharges: ' ', customerID: 'a' })];
  const { table } = protocolOf(telcoChurn.tasksOf(filesFrom({ [customers?.file ?? '']: csvText(rows) }))) as Folds;
  expect(valueOf(table, 'TotalCharges', 0)).toBeNaN();
  expect(names(table)).not.toContain('customerID');
});

it('X Education: untouched form fields are missing, case is no difference, and nothing of after the call is read', () => {
  const late = ['Tags', 'Lead Quality', 'Lead Profile', 'Last Activity', 'Last Notable Activity', 'Lead Number'];
  const rows = ['Google', 'google', 'Select'].map((source) =>
    rowOf([...(leads?.columns ?? []), ...late, 'Asymmetrique Activity Score'], {
      'Lead Source': source,
      Converted: '0',
    }),
  );
  const { table } = protocolOf(xEducation.tasksOf(filesFrom({ [leads?.file ?? '']: csvText(rows) }))) as Folds;
  const sources = [0, 1, 2].map((row) => valueOf(table, 'Lead Source', row));
  expect(sources).toEqual([0, 0, Number.NaN]);
  for (const leak of late) expect(names(table)).not.toContain(leak);
  expect(names(table).some((name) => name.startsWith('Asymmetrique'))).toBe(false);
});

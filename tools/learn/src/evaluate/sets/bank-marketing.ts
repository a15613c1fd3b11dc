import { rowsOf } from '@hub/intelligence/training';
import { columnsOf, numberColumn } from './columns.ts';
import type { CsvLayout, CsvTable } from '../files/csv.ts';
import { DataError } from '../files/data-error.ts';
import type { DataSet } from './data-set.ts';

const FIRST_YEAR = 2008;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const TRAIN_SHARE = 0.8;
const MINUTE_MS = 60_000;

/** Known before the call. `duration` is known after it; month and indicators of the economy tell the date, and with it the base rate. */
const NUMBERS = ['age', 'previous'];
const CATEGORIES = ['job', 'marital', 'education', 'default', 'housing', 'loan', 'contact', 'day_of_week', 'poutcome'];

const CALLS: CsvLayout = {
  file: 'uci-bank-marketing/bank-additional-full.csv.gz',
  delimiter: ';',
  columns: [...NUMBERS, 'campaign', 'pdays', ...CATEGORIES, 'month', 'y'],
};

/** Calls of a Portuguese bank in the order of their dates, while ever more of them succeed. */
export const bankMarketing: DataSet = {
  credit: 'Moro, Cortez, Rita 2014, UCI',
  licence: 'CC BY 4.0',
  weights: 'free',
  files: [CALLS],
  tasksOf(files) {
    const calls = files(CALLS);
    const table = {
      columns: [
        ...columnsOf(calls, { numbers: NUMBERS, categories: CATEGORIES, missing: ['unknown'] }),
        // The file counts the call to be predicted.
        numberColumn(
          'calls before in this campaign',
          calls.numbers('campaign').map((count) => count - 1),
        ),
        numberColumn('days since the last campaign', calls.numbers('pdays', ['999'])),
      ],
      labels: calls.labels('y', 'yes', 'no'),
      atMs: datesOf(calls),
      groups: new Int32Array(),
    };
    const cut = Math.floor(calls.rows * TRAIN_SHARE);
    const rows = Array.from({ length: calls.rows }, (_, row) => row);
    const [train, test] = [rowsOf(table, rows.slice(0, cut)), rowsOf(table, rows.slice(cut))];
    const protocol = { kind: 'forward', train, test, ageDays: null, isMended: true } as const;
    return [{ name: 'bankMarketing', title: 'subscription at an outbound call', protocol }];
  },
};

/** Rows are in the order of dates, but name only the month: a month before the last one's is of the next year. */
function datesOf(calls: CsvTable): Float64Array {
  let [year, month, inMonth] = [FIRST_YEAR, 0, 0];
  return Float64Array.from(calls.texts('month'), (name) => {
    const named = MONTHS.indexOf(name);
    if (named === -1) throw new DataError(`${CALLS.file}: there is no month ${JSON.stringify(name)}`);
    if (named < month) year += 1;
    inMonth = named === month ? inMonth + 1 : 0;
    month = named;
    return Date.UTC(year, month) + inMonth * MINUTE_MS;
  });
}

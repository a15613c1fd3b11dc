import { columnsOf } from './columns.ts';
import type { CsvLayout } from '../files/csv.ts';
import type { DataSet, Task } from './data-set.ts';

/** Known only because it is computed from transactions: zero for most sessions without one. */
const LEAK = 'PageValues';

const NUMBERS = [
  'Administrative',
  'Administrative_Duration',
  'Informational',
  'Informational_Duration',
  'ProductRelated',
  'ProductRelated_Duration',
  'BounceRates',
  'ExitRates',
  'SpecialDay',
];
const CATEGORIES = ['Month', 'OperatingSystems', 'Browser', 'Region', 'TrafficType', 'VisitorType', 'Weekend'];

const SESSIONS: CsvLayout = {
  file: 'uci-online-shoppers/online_shoppers_intention.csv.gz',
  delimiter: ',',
  columns: [...NUMBERS, LEAK, ...CATEGORIES, 'Revenue'],
};

/** Sessions of a web shop, each of another visitor. Counts are of whole sessions, so nothing here is scored on the way. */
export const onlineShoppers: DataSet = {
  credit: 'Sakar et al. 2019, UCI',
  licence: 'CC BY 4.0',
  weights: 'free',
  files: [SESSIONS],
  tasksOf(files) {
    const sessions = files(SESSIONS);
    const taskOf = (name: Task['name'], title: string, numbers: readonly string[]): Task => {
      const table = {
        columns: columnsOf(sessions, { numbers, categories: CATEGORIES, missing: [''] }),
        labels: sessions.labels('Revenue', 'TRUE', 'FALSE'),
        atMs: new Float64Array(),
        groups: new Int32Array(),
      };
      return { name, title, protocol: { kind: 'folds', table, folds: 5 } };
    };
    return [
      taskOf('onlineShoppers', 'purchase in a web session, with the leaking PageValues', [...NUMBERS, LEAK]),
      taskOf('onlineShoppersNoPageValues', 'purchase in a web session', NUMBERS),
    ];
  },
};

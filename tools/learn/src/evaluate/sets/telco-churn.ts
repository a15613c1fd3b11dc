import { columnsOf } from './columns.ts';
import type { CsvLayout } from '../files/csv.ts';
import type { DataSet } from './data-set.ts';

const NUMBERS = ['tenure', 'MonthlyCharges', 'TotalCharges'];
const CATEGORIES = [
  'gender',
  'SeniorCitizen',
  'Partner',
  'Dependents',
  'PhoneService',
  'MultipleLines',
  'InternetService',
  'OnlineSecurity',
  'OnlineBackup',
  'DeviceProtection',
  'TechSupport',
  'StreamingTV',
  'StreamingMovies',
  'Contract',
  'PaperlessBilling',
  'PaymentMethod',
];

const CUSTOMERS: CsvLayout = {
  file: 'ibm-telco-churn/telco_customer_churn.csv.gz',
  delimiter: ',',
  columns: [...NUMBERS, ...CATEGORIES, 'Churn'],
};

/** Subscribers of a company that does not exist. A snapshot without time: folds, and no honest look ahead. */
export const telcoChurn: DataSet = {
  credit: 'IBM, Telco Customer Churn (a fictional company)',
  licence: 'Apache-2.0',
  weights: 'free',
  files: [CUSTOMERS],
  tasksOf(files) {
    const customers = files(CUSTOMERS);
    const table = {
      columns: columnsOf(customers, { numbers: NUMBERS, categories: CATEGORIES, missing: [''] }),
      labels: customers.labels('Churn', 'Yes', 'No'),
      atMs: new Float64Array(),
      groups: new Int32Array(),
    };
    return [{ name: 'telcoChurn', title: 'churn of subscribers', protocol: { kind: 'folds', table, folds: 5 } }];
  },
};

import { columnsOf } from './columns.ts';
import type { CsvLayout } from '../files/csv.ts';
import type { DataSet } from './data-set.ts';

const NUMBERS = ['TotalVisits', 'Total Time Spent on Website', 'Page Views Per Visit'];

/** Known early. What agents noted, what was read at export and another vendor's scores know the outcome: they are not named. */
const CATEGORIES = [
  'Lead Origin',
  'Lead Source',
  'Do Not Email',
  'Do Not Call',
  'Country',
  'City',
  'Specialization',
  'How did you hear about X Education',
  'What is your current occupation',
  'What matters most to you in choosing a course',
  'A free copy of Mastering The Interview',
  'Search',
  'Magazine',
  'Newspaper Article',
  'X Education Forums',
  'Newspaper',
  'Digital Advertisement',
  'Through Recommendations',
  'Receive More Updates About Our Courses',
  'Update me on Supply Chain Content',
  'Get updates on DM Content',
  'I agree to pay the amount through cheque',
];

const LEADS: CsvLayout = {
  file: 'xeducation-leads/leads.csv.gz',
  delimiter: ',',
  columns: [...NUMBERS, ...CATEGORIES, 'Converted'],
};

/** Leads of an online school, of unknown origin: a check that the usual figure is reached, no proof of anything. */
export const xEducation: DataSet = {
  credit: 'X Education leads, a teaching case of upGrad and IIIT-B',
  licence: 'unknown',
  weights: 'evaluation only',
  files: [LEADS],
  tasksOf(files) {
    const leads = files(LEADS);
    const table = {
      columns: columnsOf(leads, { numbers: NUMBERS, categories: CATEGORIES, missing: ['', 'Select'] }),
      labels: leads.labels('Converted', '1', '0'),
      atMs: new Float64Array(),
      groups: new Int32Array(),
    };
    return [{ name: 'xEducation', title: 'conversion of course leads', protocol: { kind: 'folds', table, folds: 5 } }];
  },
};

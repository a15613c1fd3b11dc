import type { TrainingTable } from '@hub/intelligence/training';
import { numberColumn } from '../columns.ts';
import type { DataSet, Task } from '../data-set.ts';
import { FEATURES } from './features.ts';
import { CASES, EVENT_MAP, EVENTS, type Lead, leadsOf } from './leads.ts';
import { type Snapshot, snapshotsOf } from './snapshots.ts';

const DAY_MS = 86_400_000;
const COLD_WITHIN_DAYS = 14;

/**
 * Loan applications of a bank as leads, judged at clock times while they are open. Declined, the bank's choice, counts as not
 * converted and, for going cold, as a competing outcome: it did not go cold.
 */
export const bpic2012: DataSet = {
  credit: 'BPI Challenge 2012, B. van Dongen, 4TU.ResearchData',
  licence: '4TU General Terms of Use: non-commercial',
  weights: 'evaluation only',
  files: [CASES, EVENTS, EVENT_MAP],
  tasksOf(files) {
    const leads = leadsOf(files(CASES), files(EVENTS), files(EVENT_MAP)).filter((lead) => !lead.isInstantDecline);
    const decided = leads.filter(({ outcome }) => outcome !== 'open');
    return [
      taskOf('bpic2012Conversion', 'conversion', decided, ({ lead }) => lead.outcome === 'approved'),
      taskOf('bpic2012Cold', 'going cold, ever', decided, ({ lead }) => lead.outcome === 'cancelled'),
      // The log goes on for longer than 14 days after the last snapshot, so of open leads it is known, too.
      taskOf(
        'bpic2012Cold14',
        'going cold within 14 days',
        leads,
        ({ lead, atMs }) => lead.outcome === 'cancelled' && lead.outcomeAtMs <= atMs + COLD_WITHIN_DAYS * DAY_MS,
      ),
    ];
  },
};

function taskOf(
  name: Task['name'],
  title: string,
  leads: readonly Lead[],
  isPositive: (snapshot: Snapshot) => boolean,
): Task {
  const of = (...splits: readonly Lead['split'][]) => snapshotsOf(leads.filter(({ split }) => splits.includes(split)));
  const test = of('test');
  return {
    name,
    title,
    protocol: {
      kind: 'forward',
      train: tableOf(of('train', 'valid'), isPositive),
      test: tableOf(test, isPositive),
      ageDays: Float64Array.from(test, ({ days }) => days),
      isMended: false,
    },
  };
}

function tableOf(snapshots: readonly Snapshot[], isPositive: (snapshot: Snapshot) => boolean): TrainingTable {
  return {
    columns: Object.entries(FEATURES).map(([name, of]) => numberColumn(name, Float64Array.from(snapshots, of))),
    labels: Uint8Array.from(snapshots, (snapshot) => Number(isPositive(snapshot))),
    atMs: Float64Array.from(snapshots, ({ atMs }) => atMs),
    groups: Int32Array.from(snapshots, ({ lead }) => lead.id),
  };
}

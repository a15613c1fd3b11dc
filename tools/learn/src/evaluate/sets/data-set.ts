import type { TrainingTable } from '@hub/intelligence/training';
import type { CsvLayout, CsvTable } from '../files/csv.ts';

/** Names of the results in `--json`. */
export const TASK_NAMES = [
  'bpic2012Conversion',
  'bpic2012Cold',
  'bpic2012Cold14',
  'onlineRetailQuiet90',
  'bankMarketing',
  'onlineShoppers',
  'onlineShoppersNoPageValues',
  'telcoChurn',
  'xEducation',
] as const;
export type TaskName = (typeof TASK_NAMES)[number];

/** Public data of others, from files to tables. */
export interface DataSet {
  /** To be printed wherever a figure from the set is. */
  readonly credit: string;
  readonly licence: string;
  /** What a model learned from it may be used for. */
  readonly weights: 'free' | 'evaluation only';
  readonly files: readonly CsvLayout[];
  /** @throws DataError where a file holds what cannot be read. */
  tasksOf(files: FilesOf): readonly Task[];
}

/** The content of one of the set's files. */
export type FilesOf = (layout: CsvLayout) => CsvTable;

/** Something to predict from a set, and how it is judged. */
export interface Task {
  readonly name: TaskName;
  readonly title: string;
  readonly protocol: Protocol;
}

export type Protocol = Forward | Folds;

/** Learn from what was first, be judged by what came later. */
export interface Forward {
  readonly kind: 'forward';
  readonly train: TrainingTable;
  readonly test: TrainingTable;
  /** Age of the lead at each row of `test`, in days; null where rows have no age. */
  readonly ageDays: Float64Array | null;
  /**
   * Whether the base rate moves and outcomes are known at once: then odds are judged a second time, mended at the start of each
   * month of `test` by what was known.
   */
  readonly isMended: boolean;
}

/** Each fold is judged by a model of the other ones; for data without time. */
export interface Folds {
  readonly kind: 'folds';
  readonly table: TrainingTable;
  readonly folds: number;
}

import type { TrainingOptions } from '@hub/intelligence/training';
import type { TaskName } from './sets/data-set.ts';

export interface Setting {
  readonly options: Partial<TrainingOptions>;
  /** Why so, by what was seen inside the training part: no test slice and no fold's own rows were looked at for it. */
  readonly why: string;
}

/** Events of one lead at several ages go together closely: flat leaves and small steps, and pairs only on clear evidence. */
const EVENTS: Partial<TrainingOptions> = {
  learningRate: 0.02,
  maxBins: 32,
  minBinRows: 20,
  leaves: { maxLeaves: 3, minLeafRows: 40, lambda: 5 },
  pairs: 10,
};

/** What was chosen for each set. */
export const SETTINGS: Readonly<Record<TaskName, Setting>> = {
  bpic2012Conversion: { options: EVENTS, why: '' },
  bpic2012Cold: { options: EVENTS, why: '' },
  bpic2012Cold14: { options: EVENTS, why: '' },
  onlineRetailQuiet90: { options: EVENTS, why: '' },
  bankMarketing: { options: { leaves: { maxLeaves: 3, minLeafRows: 50, lambda: 5 }, pairs: 0 }, why: '' },
  onlineShoppers: { options: {}, why: '' },
  onlineShoppersNoPageValues: { options: {}, why: '' },
  telcoChurn: { options: {}, why: '' },
  xEducation: { options: {}, why: '' },
};

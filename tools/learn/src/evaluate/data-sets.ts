import { bankMarketing } from './sets/bank-marketing.ts';
import { bpic2012 } from './sets/bpic2012/bpic2012.ts';
import type { DataSet, TaskName } from './sets/data-set.ts';
import { onlineRetail } from './sets/online-retail.ts';
import { onlineShoppers } from './sets/online-shoppers.ts';
import { telcoChurn } from './sets/telco-churn.ts';
import { xEducation } from './sets/x-education.ts';

/** Which set each task is of. */
export const SET_OF: Readonly<Record<TaskName, DataSet>> = {
  bpic2012Conversion: bpic2012,
  bpic2012Cold: bpic2012,
  bpic2012Cold14: bpic2012,
  onlineRetailQuiet90: onlineRetail,
  bankMarketing,
  onlineShoppers,
  onlineShoppersNoPageValues: onlineShoppers,
  telcoChurn,
  xEducation,
};

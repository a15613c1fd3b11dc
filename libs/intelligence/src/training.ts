export { ALL_INPUTS, jointProxiesOf } from './fairness/joint-proxies.ts';
export { type Proxy, PROXY_THRESHOLD, proxiesOf, type ProxyReport } from './fairness/proxies.ts';
export { type Calibrated, type CalibrationMethod, calibrate } from './training/calibrate.ts';
export { EVIDENCE_BAR, type EvidenceBar, type Shortfall, shortfallsOf } from './training/evidence.ts';
export {
  type Bootstrap,
  differencesOf,
  type Estimate,
  type MetricsWithIntervals,
  metricsWithIntervals,
} from './training/intervals.ts';
export {
  LOGISTIC_DEFAULTS,
  logisticLogits,
  type LogisticModel,
  type LogisticOptions,
  type LogisticTerm,
  trainLogistic,
} from './training/logistic.ts';
export { calibratedLogit, type Logits, logitsOf, oddsOf } from './training/logits.ts';
export { type Metrics, metricsOf } from './training/metrics.ts';
export { DEFAULTS, type TrainingOptions } from './training/options.ts';
export { seededRandom } from './training/random.ts';
export { benchTable } from './training/bench-table.ts';
export { type DatedRows, type MonthLine, type OverTime, recalibrateOverTime } from './training/over-time.ts';
export { bordersOf, type ForwardSplit, splitForward } from './training/splits.ts';
export { joined, rowsOf } from './training/tables.ts';
export { recalibrateByTenant, type TenantRows, type TenantShift, type TenantShifts } from './training/tenants.ts';
export {
  train,
  type Trained,
  type TrainedBag,
  type TrainingParts,
  type TrainingProgress,
  type TrainingRun,
} from './training/train.ts';
export type { CategoryColumn, Column, NumberColumn, TrainingTable } from './training/training-table.ts';

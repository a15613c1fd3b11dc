export { BAND_EDGES, bandOf, isTooWide, MIN_EVIDENCE, thinEvidenceOf } from './bands.ts';
export { reasonsOf, sigmoid, topReasons } from './decision.ts';
export { eventsBehind, eventsBehindEach, MAX_BEHIND } from './reasons/events-behind.ts';
export { ALLOWED, type Basis } from './fairness/allow-list.ts';
export { assertAllowed, type Barred, barredAmong, type Candidate } from './fairness/barred.ts';
export { columnsOf } from './features/columns.ts';
export { fold, foldAll, isLate } from './features/fold.ts';
export { featuresOf } from './features/from-scratch.ts';
export { type MachineReason, machinesAmong } from './features/machines.ts';
export { isTouch } from './features/reading.ts';
export { type Phase, phaseOf } from './features/phase.ts';
export { decisionTime, emptyState, type LeadState, touchOf } from './features/state.ts';
export {
  type Feature,
  FEATURE_VERSION,
  type FeatureGroup,
  type FeatureName,
  FEATURES,
  featuresAt,
  featuresInto,
} from './features/table.ts';
export type { AdditiveModel, ModelKind, ModelName, PriorName, Shape } from './model/additive.ts';
export { type Calibrated, calibrationOf } from './model/calibration.ts';
export { checkLearned } from './model/check-learned.ts';
export { type Decision, type DecisionFrame, Decisions, type LogitRange, sumOf } from './model/decisions.ts';
export { FeatureRows } from './model/feature-rows.ts';
export {
  type Calibration,
  type CalibrationKnot,
  type LearnedModel,
  type PairShape,
  type StepShape,
  termsOf,
} from './model/learned.ts';
export { openScorer } from './model/onnx-scorer.ts';
export {
  type CalibrationBin,
  type Estimate,
  manifest,
  type Manifest,
  type Measured,
  type Slice,
} from './model/manifest.ts';
export {
  MODEL_FILES,
  type ModelFolder,
  type NewModelFolder,
  readModelFolder,
  writeModelFolder,
} from './model/model-folder.ts';
export { hashOf, modelPath, UnusableModel } from './model/model-file.ts';
export { PRIORS } from './model/priors.ts';
export { builtInScorer, type LoadedScorer, loadScorer, type Scorer } from './model/scorer.ts';
export { toOnnx } from './model/to-onnx.ts';
export { type Model, type Twin, twinOf } from './model/twin.ts';
export { describeReason } from './words.ts';
export { CONVERSION_DAYS, LABEL_VERSION, type LabelDefinition, LABELS } from './labels/definitions.ts';
export type { Label, LabelledModel, NotApplicable } from './labels/label.ts';
export { labelAt, labelOf } from './labels/label-at.ts';
export { type Moment, momentsOf } from './labels/moments.ts';

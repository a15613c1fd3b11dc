export { BAND_EDGES, bandOf, MIN_EVIDENCE, reasonsOf, sigmoid } from './decision.ts';
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
export type { AdditiveModel, Decision, ModelKind, ModelName, PriorName, Shape } from './model/additive.ts';
export { toOnnx } from './model/graph.ts';
export type { LearnedModel } from './model/learned.ts';
export type { CalibrationBin, Estimate, Manifest, Measured, Slice } from './model/manifest.ts';
export {
  MODEL_FILES,
  type ModelFolder,
  type NewModelFolder,
  readModelFolder,
  writeModelFolder,
} from './model/model-folder.ts';
export { hashOf, modelPath, UnusableModel } from './model/model-file.ts';
export { PRIORS } from './model/priors.ts';
export { builtInScorer, type LoadedScorer, loadScorer, openScorer, type Scorer } from './model/scorer.ts';
export { describeReason } from './words.ts';
export { LABEL_VERSION, type LabelDefinition, LABELS } from './labels/definitions.ts';
export type { Label, LabelledModel, NotApplicable } from './labels/label.ts';
export { labelAt, labelOf } from './labels/label-at.ts';
export { type Moment, momentsOf } from './labels/moments.ts';

export {
  championOf,
  type ModelChange,
  type ModelCommand,
  type ModelState,
  type RegisteredModel,
  servedBefore,
  type Step,
} from './model-states.ts';
export {
  addModel,
  addShifts,
  type Because,
  changeModel,
  changesOf,
  type ListedModel,
  listModels,
  type NewModel,
  type NewShift,
  readModel,
  type RecordedChange,
  type StoredModel,
} from './registry.ts';
export { modelFile, scoringModels, shiftsSince, type TenantShift } from './serving.ts';

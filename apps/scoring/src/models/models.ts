import type { Decisions, FeatureRows, ModelName } from '@hub/intelligence';

/** One batch of answers and who gave them. `release` the decisions once they are read. */
export interface Scored {
  readonly decisions: Decisions;
  readonly hash: string;
  readonly kind: 'prior' | 'learned';
  readonly servedBy: 'onnx' | 'builtin';
}

export interface Model {
  /** @param tenantIds Whose lead each row is. */
  score(rows: FeatureRows, tenantIds: readonly string[]): Promise<Scored>;
}

/** A model that may not be there. */
export interface OptionalModel {
  /** @returns null while the slot is empty, or when its model failed: nothing is decided by it then. */
  score(rows: FeatureRows, tenantIds: readonly string[]): Promise<Scored | null>;
}

/** What decides on leads, all side by side. Who answers may change from one batch to the next. */
export interface Models {
  readonly conversion: Model;
  readonly goingCold: Model;
  readonly match: OptionalModel;
}

export interface CatalogueEntry {
  readonly hash: string;
  readonly name: ModelName;
  readonly kind: string;
  /** Of every input, in order. */
  readonly features: readonly string[];
  /** Of every contribution, in order. */
  readonly terms: readonly string[];
  readonly intercept: number;
  /** The model file: who decides once more in years has no build of today. */
  readonly onnx: Uint8Array;
}

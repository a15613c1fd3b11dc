export const MODELS = Symbol('models');
export const SCORING_CONFIG = Symbol('scoring configuration');

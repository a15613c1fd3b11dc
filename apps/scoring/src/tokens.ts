export const MODELS = Symbol('models');
export const NATS_CONNECTION = Symbol('NATS connection');
export const SCORING_CONFIG = Symbol('scoring configuration');

export const ANALYTICS_CONFIG = Symbol('analytics configuration');
export const NATS_CONNECTION = Symbol('NATS connection');

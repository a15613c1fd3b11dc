export const ANALYTICS_CONFIG = Symbol('analytics configuration');

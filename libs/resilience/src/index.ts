export * from './backoff.ts';
export * from './breaker.ts';
export * from './dependency-unavailable.ts';
export * from './retry-budget.ts';
export * from './retry.ts';

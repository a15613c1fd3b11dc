export * from './grade.ts';
export * from './health.ts';
export * from './instance-id.ts';
export * from './logger.ts';
export * from './masked-start.ts';
export * from './metrics.ts';
export * from './nest-logger.ts';
export * from './trace-context.ts';

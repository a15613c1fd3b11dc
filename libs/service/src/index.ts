export { ConfigError, type HttpConfig, httpConfig, loadConfig, wholeNumber } from './config.ts';
export { drainConnections } from './drain-connections.ts';
export { HealthModule, type HealthModuleOptions } from './health.module.ts';
export { type Readiness, type ReadinessCheck } from './readiness.ts';
export { type RunningService, runService, type ServiceDefinition, startService } from './run-service.ts';

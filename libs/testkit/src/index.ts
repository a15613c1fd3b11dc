export { type CollectedSpan, testCollector, type TestCollector } from './collector.ts';
export { testPostgres, testPostgresServer, type TestDatabase } from './postgres.ts';
export { findNginx } from '@hub/local-servers';
export { testNats, testNginx, testRedis, type TestServer } from './servers.ts';
export { until } from './until.ts';

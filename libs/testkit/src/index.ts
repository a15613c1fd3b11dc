export { type CollectedSpan, testCollector, type TestCollector } from './collector.ts';
export { testPostgres, testPostgresServer, type TestDatabase } from './postgres.ts';
export { testNats, testRedis, type TestServer } from './servers.ts';
export { until } from './until.ts';

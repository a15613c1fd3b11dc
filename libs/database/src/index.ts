export { claimEventIds, type EventClaim } from './claim-events.ts';
export { DatabaseModule, type DatabaseModuleOptions } from './database.module.ts';
export { createPool, Database, isOutage, type PoolOptions, type Statement, type Tx } from './database.ts';
export { type LeadSummary, readLeadProfile } from './lead-reads.ts';
export { type AuditEntry, recordAudit } from './record-audit.ts';
export { ensurePartitions } from './ensure-partitions.ts';
export { SERVICE_ROLE } from './service-role.ts';
export * from './search/index.ts';

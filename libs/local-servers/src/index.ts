export { claimFileOf, InUse, stopLeftovers } from './claim.ts';
export { type CommandResult, runCommand } from './host.ts';
export { lastLines } from './log-tail.ts';
export { ManagedProcess, type ProcessPlan, StartFailed } from './managed-process.ts';
export { startNats } from './nats.ts';
export { findNginx, startNginx } from './nginx.ts';
export { freePort, PortBusy, portOwner, requireFree } from './ports.ts';
export { type PostgresOptions, startPostgres } from './postgres.ts';
export { removePostgresData } from './common-folder.ts';
export {
  childrenOf,
  commandOf,
  identityOf,
  isAlive,
  type ProcessIdentity,
  rssBytesOf,
  rssBytesOfTree,
} from './process-identity.ts';
export { startRedis } from './redis.ts';
export { ServerNotFound } from './resolve.ts';
export type { Server, ServerName, ServerOptions } from './server.ts';
export { SERVER_NAMES, type Servers, type ServersOptions, startServers } from './start-servers.ts';
export { sendSignal, stopProcess, type StopStep } from './stop-process.ts';

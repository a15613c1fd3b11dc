import { connect, errors, type NatsConnection } from '@nats-io/transport-node';
import { fullJitter } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import { linkOf } from './link.ts';
import { isAtLeast, OLDEST_SERVER } from './server-version.ts';

const RECONNECT = { baseMs: 100, capMs: 2_000 };

/** How every connection of ours stays up. */
export const LASTING = {
  maxReconnectAttempts: -1,
  reconnectDelayHandler: () => RECONNECT.baseMs + fullJitter(3, RECONNECT),
  // Two missed answers make a link dead: 10 s, where the client's default takes minutes.
  pingInterval: 5_000,
  maxPingOut: 2,
  // A stack trace per request costs more than the request.
  noAsyncTraces: true,
};

export interface NatsOptions {
  /** One or more `nats://host:port`, separated by commas. */
  readonly servers: string;
  /** Shown by the broker for this connection. */
  readonly name: string;
  readonly logger?: Logger;
}

/** A broker that this software must not trust with data. */
export class UnusableBroker extends Error {
  override readonly name = 'UnusableBroker';
  readonly retryable = false;
}

/**
 * Connects, waiting as long as the broker takes to appear, and reconnects for ever afterwards.
 * @throws UnusableBroker when its version is too old or JetStream is off; AuthorizationError when it refuses us.
 */
export async function connectNats(options: NatsOptions): Promise<NatsConnection> {
  const connection = await firstConnection(options);
  const problem = problemWith(connection);
  if (problem) {
    await connection.close();
    throw new UnusableBroker(problem);
  }
  linkOf(connection);
  if (options.logger) void logStatus(connection, options.logger);
  return connection;
}

/** Splits a `NATS_URL` into the servers of a cluster. */
export function serversOf(servers: string): string[] {
  return servers.split(',').map((server) => server.trim());
}

async function firstConnection({ servers, name, logger }: NatsOptions): Promise<NatsConnection> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connect({ ...LASTING, servers: serversOf(servers), name });
    } catch (error) {
      if (error instanceof errors.AuthorizationError) throw error;
      logger?.warn({ attempt, err: error }, 'waiting for NATS');
      await new Promise((resolve) => setTimeout(resolve, RECONNECT.baseMs + fullJitter(attempt, RECONNECT)));
    }
  }
}

function problemWith(connection: NatsConnection): string | null {
  const version = connection.info?.version ?? 'unknown';
  const where = connection.getServer();
  if (!isAtLeast(version, OLDEST_SERVER)) {
    return `NATS at ${where} is ${version}, and ${OLDEST_SERVER} or later is needed: older ones may lose accepted webhooks`;
  }
  if (!connection.info?.jetstream) return `NATS at ${where} runs without JetStream: start it with -js`;
  return null;
}

async function logStatus(connection: NatsConnection, logger: Logger): Promise<void> {
  for await (const status of connection.status()) {
    if (status.type === 'disconnect') logger.warn({ server: status.server }, 'lost NATS');
    if (status.type === 'reconnect') logger.info({ server: status.server }, 'NATS is back');
    if (status.type === 'error') logger.error({ err: status.error }, 'NATS reported an error');
  }
}

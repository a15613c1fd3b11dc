import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';
import { ServerNotFound } from './resolve.ts';
import type { Server, ServerName, ServerOptions } from './server.ts';

const STARTERS: Readonly<Record<ServerName, (options: ServerOptions) => Promise<Server>>> = {
  postgres: startPostgres,
  nats: startNats,
  redis: startRedis,
};

export const SERVER_NAMES: readonly ServerName[] = ['postgres', 'nats', 'redis'];

export interface ServersOptions extends Omit<ServerOptions, 'port'> {
  /** Free ones where left out. */
  ports?: Partial<Record<ServerName, number>>;
  /** Those that may be absent: when such a server cannot be had on this machine, the others start without it. */
  dispensable?: readonly ServerName[];
}

export type Servers<N extends ServerName = ServerName> = Readonly<Record<N, Server>> & {
  readonly all: readonly Server[];
  /** Why a dispensable server is not among them. */
  readonly absent: readonly ServerNotFound[];
  stop(): Promise<void>;
  kill(name: N): void;
  restart(name: N): Promise<void>;
};

/**
 * Starts servers side by side: all three, unless `which` says less; when one fails, the others are stopped.
 * @throws AggregateError with the reason of each server that failed.
 */
export async function startServers<N extends ServerName = ServerName>(
  options: ServersOptions & { which?: readonly N[] },
): Promise<Servers<N>> {
  const { ports, which = SERVER_NAMES as readonly N[], dispensable = [], ...common } = options;
  const start = (name: N) => {
    const port = ports?.[name];
    return STARTERS[name](port === undefined ? common : { ...common, port });
  };
  const results = await Promise.allSettled(which.map(start));
  const started = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
  };
  const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  const absent = results.flatMap((result, at) =>
    result.status === 'rejected' &&
    result.reason instanceof ServerNotFound &&
    dispensable.some((one) => one === which[at])
      ? [result.reason]
      : [],
  );
  if (reasons.length > absent.length) {
    await stop();
    throw new AggregateError(reasons, reasons.map((reason) => reason.message).join('\n\n'));
  }
  const byName = Object.fromEntries(started.map((server) => [server.name, server])) as Record<N, Server>;
  return {
    ...byName,
    all: started,
    absent,
    stop,
    kill: (name) => {
      byName[name].kill();
    },
    restart: (name) => byName[name].restart(),
  };
}

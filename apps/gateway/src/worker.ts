import { drainConnections, runService, type ServiceDefinition } from '@hub/service';
import cluster from 'node:cluster';
import type { GatewayConfig } from './config.ts';
import { gateway } from './gateway-service.ts';
import { type CannotServe, DRAIN, READY } from './primary/messages.ts';

/** An idle connection ends by itself within the keep-alive timeout; a request in flight within its own deadlines. */
const DRAIN_MS = 100_000;

/** The service in this process, for itself or under the primary. */
export async function runWorker(): Promise<void> {
  // Ctrl-C reaches every process of the terminal's group; the primary tells its workers to stop, once.
  if (cluster.isWorker) process.on('SIGINT', () => undefined);
  const service = await runService(tellingWhy(gateway), cluster.isWorker ? ['SIGTERM'] : undefined);
  if (process.send === undefined) return;
  process.on('message', (message) => {
    if (message === DRAIN)
      void drainConnections(service.app.getHttpServer(), DRAIN_MS).then(() => service.stop('drained'));
  });
  process.send(READY);
}

/** What keeps it from serving is told to the primary, beside the log. */
function tellingWhy(definition: ServiceDefinition<GatewayConfig>): ServiceDefinition<GatewayConfig> {
  return {
    ...definition,
    beforeListen: async (app, config) => {
      try {
        await definition.beforeListen?.(app, config);
      } catch (error) {
        await tellPrimary({ cannotServe: error instanceof Error ? error.message : String(error) });
        throw error;
      }
    },
  };
}

/** Resolves when it is sent, since the process ends next. */
function tellPrimary(message: CannotServe): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });
}

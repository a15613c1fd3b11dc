import { drainConnections, runService } from '@hub/service';
import cluster from 'node:cluster';
import { gateway } from './gateway-service.ts';
import { DRAIN, READY } from './primary/messages.ts';

/** An idle connection ends by itself within the keep-alive timeout; a request in flight within its own deadlines. */
const DRAIN_MS = 100_000;

/** The service in this process, for itself or under the primary. */
export async function runWorker(): Promise<void> {
  // Ctrl-C reaches every process of the terminal's group; the primary tells its workers to stop, once.
  if (cluster.isWorker) process.on('SIGINT', () => undefined);
  const service = await runService(gateway, cluster.isWorker ? ['SIGTERM'] : undefined);
  if (process.send === undefined) return;
  process.on('message', (message) => {
    if (message === DRAIN)
      void drainConnections(service.app.getHttpServer(), DRAIN_MS).then(() => service.stop('drained'));
  });
  process.send(READY);
}

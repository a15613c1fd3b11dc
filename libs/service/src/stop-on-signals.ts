import type { Logger } from '@hub/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

// Requests in flight finish within this, or are cut: an open stream must not hold up the stop.
const REQUEST_GRACE_MS = 3000;
// A supervisor that gave us 10 s kills without warning; leave before that, and say so.
const STOP_DEADLINE_MS = 8000;

export type StopSignal = 'SIGTERM' | 'SIGINT';

/**
 * On these signals closes the application and exits with 0; a second signal, or a stop that hangs, exits with 1.
 * @returns Does the same for another reason, unless it is stopping already.
 */
export function stopOnSignals(
  app: NestFastifyApplication,
  logger: Logger,
  signals: readonly StopSignal[] = ['SIGTERM', 'SIGINT'],
): (why: string) => Promise<void> {
  let stopping = false;
  const stop = async (why: string): Promise<void> => {
    if (stopping) return;
    stopping = true;
    logger.info({ why }, 'stopping');
    setTimeout(() => app.getHttpServer().closeAllConnections(), REQUEST_GRACE_MS).unref();
    setTimeout(() => exitNow(logger, `did not stop within ${STOP_DEADLINE_MS} ms`), STOP_DEADLINE_MS).unref();
    try {
      await app.close();
    } catch (err) {
      logger.error({ err }, 'stopped with an error');
      process.exit(1);
    }
    logger.info('stopped');
    process.exit(0);
  };
  for (const signal of signals) {
    process.on(signal, () => {
      if (stopping) exitNow(logger, `stopped at once by a second ${signal}`);
      void stop(signal);
    });
  }
  return stop;
}

function exitNow(logger: Logger, reason: string): never {
  logger.error(reason);
  process.exit(1);
}

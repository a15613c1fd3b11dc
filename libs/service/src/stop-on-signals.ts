import type { Logger } from '@hub/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';

// Requests in flight finish within this, or are cut: an open stream must not hold up the stop.
const REQUEST_GRACE_MS = 3000;
// A supervisor that gave us 10 s kills without warning; leave before that, and say so.
const STOP_DEADLINE_MS = 8000;

/** On SIGTERM or SIGINT closes the application and exits with 0; a second signal, or a stop that hangs, exits with 1. */
export function stopOnSignals(app: NestFastifyApplication, logger: Logger): void {
  let stopping = false;
  const stop = async (signal: NodeJS.Signals): Promise<void> => {
    if (stopping) exitNow(logger, `stopped at once by a second ${signal}`);
    stopping = true;
    logger.info({ signal }, 'stopping');
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
  process.on('SIGTERM', (signal) => void stop(signal));
  process.on('SIGINT', (signal) => void stop(signal));
}

function exitNow(logger: Logger, reason: string): never {
  logger.error(reason);
  process.exit(1);
}

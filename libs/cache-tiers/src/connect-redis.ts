import { fullJitter } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import { Redis } from 'ioredis';

const RECONNECT = { baseMs: 50, capMs: 2000 };

/**
 * A connection that comes back by itself. While it is away commands fail at once, instead of waiting: who asks a
 * cache has somewhere else to look.
 */
export function connectRedis(url: string, name: string, logger: Logger): Redis {
  const redis = new Redis(url, {
    connectionName: name,
    connectTimeout: 2000,
    // A link that swallows commands without an answer is given up, and made anew.
    socketTimeout: 5000,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => RECONNECT.baseMs + fullJitter(attempt, RECONNECT),
  });
  let lost = false;
  redis.on('error', (err: Error) => {
    if (!lost) logger.warn({ err }, 'lost Redis');
    lost = true;
  });
  redis.on('ready', () => {
    if (lost) logger.info('Redis is back');
    lost = false;
  });
  return redis;
}

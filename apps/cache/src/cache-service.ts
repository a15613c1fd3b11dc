import { leadScored } from '@hub/contracts';
import { NATS_CONNECTION, JetStreamStrategy, requestReplyTransport } from '@hub/messaging';
import { type ServiceDefinition } from '@hub/service';
import { LOGGER, Registry } from '@hub/telemetry';
import { CacheModule } from './cache.module.ts';
import { type CacheConfig, cacheConfig } from './config.ts';

/** Lead profiles from memory, Redis or Postgres, dropped as soon as a newer decision is published. */
export const cacheService: ServiceDefinition<CacheConfig> = {
  name: 'cache',
  schema: cacheConfig,
  module: (config) => CacheModule.with(config),
  strategies: (app, config) => [
    {
      strategy: new JetStreamStrategy({
        connection: app.get(NATS_CONNECTION),
        consumes: [leadScored],
        logger: app.get(LOGGER),
        registry: app.get(Registry),
      }),
    },
    requestReplyTransport(config.NATS_URL, 'cache'),
  ],
};

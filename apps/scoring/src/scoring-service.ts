import { webhookReceived } from '@hub/contracts';
import { JetStreamStrategy } from '@hub/messaging';
import { LOGGER, type ServiceDefinition } from '@hub/service';
import { Registry } from '@hub/telemetry';
import { type ScoringConfig, scoringConfig } from './config.ts';
import { ScoringModule } from './scoring.module.ts';
import { NATS_CONNECTION } from './tokens.ts';

/** The service as a process starts it, and as specs do. */
export const scoringService: ServiceDefinition<ScoringConfig> = {
  name: 'scoring',
  schema: scoringConfig,
  module: (config) => ScoringModule.with(config),
  strategies: (app) => [
    {
      strategy: new JetStreamStrategy({
        connection: app.get(NATS_CONNECTION),
        consumes: [webhookReceived],
        logger: app.get(LOGGER),
        registry: app.get(Registry),
      }),
    },
  ],
};

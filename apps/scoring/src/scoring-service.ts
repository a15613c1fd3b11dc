import { webhookReceived } from '@hub/contracts';
import { JetStreamStrategy, NATS_CONNECTION, requestReplyTransport } from '@hub/messaging';
import { type ServiceDefinition } from '@hub/service';
import { LOGGER, Registry } from '@hub/telemetry';
import { type ScoringConfig, scoringConfig } from './config.ts';
import { ScoringModule } from './scoring.module.ts';

/** The service as a process starts it, and as specs do. */
export const scoringService: ServiceDefinition<ScoringConfig> = {
  name: 'scoring',
  schema: scoringConfig,
  module: (config) => ScoringModule.with(config),
  strategies: (app, config) => [
    {
      strategy: new JetStreamStrategy({
        connection: app.get(NATS_CONNECTION),
        consumes: [webhookReceived],
        logger: app.get(LOGGER),
        registry: app.get(Registry),
      }),
    },
    requestReplyTransport(config.NATS_URL, 'scoring'),
  ],
};

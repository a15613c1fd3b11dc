import 'reflect-metadata';
import { webhookReceived } from '@hub/contracts';
import { JetStreamStrategy } from '@hub/messaging';
import { LOGGER, runService } from '@hub/service';
import { Registry } from '@hub/telemetry';
import { scoringConfig } from './config.ts';
import { ScoringModule } from './scoring.module.ts';
import { NATS_CONNECTION } from './tokens.ts';

await runService({
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
});

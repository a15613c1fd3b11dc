import { serviceAlive, serviceTallied, webhookStored } from '@hub/contracts';
import { JetStreamStrategy, NATS_CONNECTION } from '@hub/messaging';
import type { ServiceDefinition } from '@hub/service';
import { LOGGER, Registry } from '@hub/telemetry';
import { AnalyticsModule } from './analytics.module.ts';
import { ApiDescription } from './api-description.ts';
import { type AnalyticsConfig, configSchema } from './config.ts';
import { servePage } from './page.ts';

export const analytics: ServiceDefinition<AnalyticsConfig> = {
  name: 'analytics',
  schema: configSchema,
  module: (config) => AnalyticsModule.with(config),
  configure: async (app, config) => {
    await servePage(app, config);
    app.get(ApiDescription).describe(app);
  },
  strategies: (app) => [
    {
      strategy: new JetStreamStrategy({
        connection: app.get(NATS_CONNECTION),
        consumes: [webhookStored, serviceTallied, serviceAlive],
        logger: app.get(LOGGER),
        registry: app.get(Registry),
      }),
    },
  ],
};

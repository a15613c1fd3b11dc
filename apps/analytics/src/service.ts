import type { ServiceDefinition } from '@hub/service';
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
};

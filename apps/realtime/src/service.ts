import type { ServiceDefinition } from '@hub/service';
import { configSchema, type RealtimeConfig } from './config.ts';
import { LiveQueue } from './live-queue.ts';
import { RealtimeModule } from './realtime.module.ts';
import { acceptWebSockets } from './ws-upgrade.ts';

export const realtime: ServiceDefinition<RealtimeConfig> = {
  name: 'realtime',
  schema: configSchema,
  module: (config) => RealtimeModule.with(config),
  configure: (app) => acceptWebSockets(app.getHttpServer(), app.get(LiveQueue)),
};

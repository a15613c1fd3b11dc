import { NATS_CONNECTION, type NatsConnection } from '@hub/messaging';
import { type ServiceDefinition } from '@hub/service';
import { GhlSource } from '@hub/sources';
import { LOGGER, type Logger } from '@hub/telemetry';
import { admitWebhook } from './admit-webhook.ts';
import { type GatewayConfig, gatewayConfig } from './config.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { GatewayModule } from './gateway.module.ts';
import { type Inbox, maxBodyBytes } from './inbox.ts';
import { INBOX_WRITER } from './tokens.ts';
import { webhookRoute } from './webhook-route.ts';

/** Longest a sender may take over one request. */
const REQUEST_DEADLINE_MS = 15_000;

/** The service as a process starts it, and as specs do. */
export const gateway: ServiceDefinition<GatewayConfig> = {
  name: 'gateway',
  schema: gatewayConfig,
  module: (config) => GatewayModule.with(config),
  bodyParser: false,
  fastify: { requestTimeout: REQUEST_DEADLINE_MS },
  configure: async (app, config) => {
    const logger = app.get<Logger>(LOGGER);
    const metrics = app.get(GatewayMetrics);
    const parts = { inbox: app.get<Inbox>(INBOX_WRITER) };
    const ghl = new GhlSource({ keys: config.GHL_PUBLIC_KEYS, appId: config.GHL_APP_ID ?? null });
    await app
      .getHttpAdapter()
      .getInstance()
      .register(webhookRoute, {
        maxBodyBytes: maxBodyBytes(app.get<NatsConnection>(NATS_CONNECTION)),
        admit: (request) => admitWebhook(parts, ghl, request),
        onOutcome: (outcome) => metrics.webhooks.inc({ outcome }),
        onError: (err) => logger.error({ err }, 'a webhook failed'),
      });
  },
};

import type { Server } from 'node:http';
import { isBySodium, prepareForBursts } from '@hub/crm-ghl';
import { NATS_CONNECTION, type NatsConnection } from '@hub/messaging';
import { type ServiceDefinition } from '@hub/service';
import { GHL_SOURCE_ID } from '@hub/sources';
import { LOGGER, type Logger, Tracing } from '@hub/telemetry';
import { type AdmitParts, admitSigned } from './admit-webhook.ts';
import { AnswerTally } from './answer-tally.ts';
import type { Refusal } from './answers.ts';
import { type GatewayConfig, gatewayConfig } from './config.ts';
import { Duplicates } from './duplicates.ts';
import { GatewayMetrics } from './gateway-metrics.ts';
import { GatewayModule } from './gateway.module.ts';
import { LoadGuard } from './http/load-guard.ts';
import { receiveFirst, REFUSED, type ServerLimits, strictServer } from './http/strict-server.ts';
import { webhookReceiver } from './http/webhook-receiver.ts';
import { Inbox, maxBodyBytes } from './inbox.ts';
import { KnownTenants } from './known-tenants.ts';
import { Lanes } from './lanes/lanes.ts';
import { REPLACES_VARIABLE } from './primary/messages.ts';
import { ProbeSource } from './probe/probe-source.ts';
import { proveItself } from './probe/prove-itself.ts';
import { SelfProbe } from './probe/self-probe.ts';
import { SourceDirectory } from './source-directory.ts';
import { QuarantineRelease } from './quarantine-release.ts';
import { Quarantine } from './quarantine.ts';
import { refuseUnread, type TakeParts, takeRequest } from './take-request.ts';

const LIMITS: ServerLimits = {
  headersTimeoutMs: 10_000,
  requestTimeoutMs: 15_000,
  checkEveryMs: 1_000,
  keepAliveMs: 72_000,
  maxHeaderBytes: 16_384,
};

/** In hand at one time; what waits for the broker beyond this would be answered too late anyway. */
const LOAD = { maxConnections: 4_096, maxHeldBytes: 64 * 1_048_576 };

/** The service as a process starts it, and as specs do. */
export const gateway: ServiceDefinition<GatewayConfig> = {
  name: 'gateway',
  schema: gatewayConfig,
  module: (config) => GatewayModule.with(config),
  bodyParser: false,
  fastify: {
    serverFactory: (handler) => strictServer(handler, LIMITS),
    // The server answers what it cannot read by itself.
    clientErrorHandler: () => undefined,
    // What comes while we stop is answered like anything else: 503 would be held against our URL.
    return503OnClosing: false,
  },
  configure: (app) => {
    const lanes = app.get(Lanes);
    const logger = app.get<Logger>(LOGGER);
    const tally = app.get(AnswerTally);
    const metrics = app.get(GatewayMetrics);
    const directory = app.get(SourceDirectory);
    const probe = app.get(ProbeSource);
    const self = app.get(SelfProbe);
    const known = app.get(KnownTenants);
    const parts: TakeParts = {
      directory: { find: (id) => (id === probe.id ? { kind: 'source', source: probe } : directory.find(id)) },
      quarantine: app.get(Quarantine),
      duplicates: app.get(Duplicates),
      laneOf: (tenantId) => {
        known.hear(tenantId);
        return lanes.laneOf(tenantId);
      },
      inbox: app.get(Inbox),
      onDuplicate: (copy) => tally.duplicate(copy),
      onNotStored: () => self.doubt(),
      onKeyUsed: (sourceId, keyId, nowMs) => tally.keyUsed(sourceId, keyId, nowMs),
      onChecked: (seconds) => metrics.signatureSeconds.observe(seconds),
      tally,
      metrics,
      tracing: app.get(Tracing),
    };
    prepareForBursts();
    if (!isBySodium) logger.warn('libsodium cannot be loaded here: to check a signature takes twice as long');
    releaseWhereKeysChange(app.get(QuarantineRelease), directory, parts);
    const server: Server = app.getHttpServer();
    const guard = new LoadGuard(LOAD);
    guard.watch(server);
    metrics.watchLoad(guard);
    const onUnread = (outcome: Refusal): void => refuseUnread(parts, outcome, Date.now());
    server.on(REFUSED, onUnread);
    receiveFirst(
      server,
      webhookReceiver({
        guard,
        maxBodyBytes: maxBodyBytes(app.get<NatsConnection>(NATS_CONNECTION)),
        admit: (target, request) => takeRequest(parts, target, request),
        onUnread,
        onError: (err) => logger.error({ err }, 'a webhook failed'),
        isClosing: () => !server.listening,
      }),
    );
  },
  beforeListen: (app, config) =>
    proveItself(app, { replaces: config[REPLACES_VARIABLE] !== undefined, withinMs: config.PROVE_WITHIN_MS }),
};

/** The platform's own keys are settings: they change with a new start. */
function releaseWhereKeysChange(release: QuarantineRelease, directory: SourceDirectory, parts: AdmitParts): void {
  const keysChanged = (sourceId: string): void => {
    const found = directory.find(sourceId);
    if (found.kind === 'source') release.keysChanged(found.source);
  };
  directory.onKeysChanged(keysChanged);
  release.begin((source, request) => {
    parts.quarantine.matched(source.id, Date.now());
    return admitSigned(parts, source, request);
  });
  keysChanged(GHL_SOURCE_ID);
}

import { type ReceivedWebhook, webhookReceived } from '@hub/contracts';
import { maxMessageBytes, type NatsConnection, PackPublisher, type Publisher } from '@hub/messaging';
import { DependencyUnavailable } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { MAX_ENTRY_BYTES } from './kept-headers.ts';

const MIB = 1_048_576;

/** Larger packs take longer to write than they save. */
const MAX_PACK_BYTES = 524_288;
const MAX_PACK_WEBHOOKS = 256;
const MAX_WAITING_BYTES = 64 * MIB;

/** GHL documents no limit; its largest observed payloads are far below. */
const MAX_BODY_BYTES = MIB;

/** Most bytes a body may have, so that it fits into one message of the connected broker. */
export function maxBodyBytes(connection: NatsConnection): number {
  return Math.min(MAX_BODY_BYTES, maxMessageBytes(connection) - MAX_ENTRY_BYTES);
}

/** The way into the stream INBOX: webhooks that arrive together share one durable write. */
export type Inbox = PackPublisher<ReceivedWebhook>;

export interface InboxParts {
  readonly connection: NatsConnection;
  readonly publisher: Publisher;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
}

export function openInbox({ connection, publisher, metrics, logger }: InboxParts): Inbox {
  const inbox: Inbox = new PackPublisher({
    write: async (pack) => {
      metrics.packWebhooks.observe(pack.length);
      const stopTimer = metrics.storeSeconds.startTimer();
      try {
        await publisher.publish(webhookReceived, [], pack);
      } catch (error) {
        // Link and breaker say themselves when the broker is away: an outage must not fill the log pack by pack.
        if (!(error instanceof DependencyUnavailable)) logger.error({ err: error }, 'a pack was not stored');
        throw error;
      }
      stopTimer();
    },
    sizeOf: ({ body, headers }) => body.length + entryBytes(headers),
    maxPackBytes: Math.min(MAX_PACK_BYTES, maxMessageBytes(connection)),
    maxPackCount: MAX_PACK_WEBHOOKS,
    maxWaitingBytes: MAX_WAITING_BYTES,
  });
  metrics.watchWaitingBytes(() => inbox.waitingBytes);
  return inbox;
}

/** What a webhook adds to its pack besides its body: names and framing of its fields, an id, a trace, its headers. */
function entryBytes(headers: Readonly<Record<string, string>>): number {
  const FIELDS_BYTES = 400;
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, FIELDS_BYTES);
}

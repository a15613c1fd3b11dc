import { type ReceivedWebhook, webhookReceived } from '@hub/contracts';
import {
  brokerWithin,
  maxMessageBytes,
  mayBeStored,
  type NatsConnection,
  PackPublisher,
  type Publisher,
  type Sent,
} from '@hub/messaging';
import { DependencyUnavailable } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { MAX_ENTRY_BYTES } from './kept-headers.ts';
import type { Lane } from './lanes.ts';

const MIB = 1_048_576;

/** Larger packs take longer to write than they save. */
const MAX_PACK_BYTES = 524_288;
const MAX_PACK_WEBHOOKS = 256;
const MAX_WAITING_BYTES = 64 * MIB;

/*
 * Senders give up after about 10 s. The longest way to an answer: as long as a webhook may wait for its pack, two tries of
 * 2 s each to write that, and between them the time a broker has to come back. Together 7 s.
 */
const MAX_WAIT_MS = 2_000;
const MAX_RECONNECT_MS = 1_000;

/** GHL documents no limit; its largest observed payloads are far below. */
const MAX_BODY_BYTES = MIB;

/** Most bytes a body may have, so that it fits into one message of the connected broker. */
export function maxBodyBytes(connection: NatsConnection): number {
  return Math.min(MAX_BODY_BYTES, maxMessageBytes(connection) - MAX_ENTRY_BYTES);
}

export interface InboxParts {
  readonly connection: NatsConnection;
  readonly publisher: Publisher;
  readonly metrics: GatewayMetrics;
  readonly logger: Logger;
}

/** The way into the stream INBOX: webhooks that arrive together share one durable write. */
export class Inbox {
  readonly #parts: InboxParts;
  readonly #live: PackPublisher<ReceivedWebhook>;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    this.#live = new PackPublisher({
      write: (pack, attempt) => this.#write(pack, attempt),
      mayBeWritten: mayBeStored,
      sizeOf: ({ body, headers }) => body.length + entryBytes(headers),
      maxPackBytes: Math.min(MAX_PACK_BYTES, maxMessageBytes(parts.connection)),
      maxPackCount: MAX_PACK_WEBHOOKS,
      maxWaitingBytes: MAX_WAITING_BYTES,
      maxWaitMs: MAX_WAIT_MS,
    });
    parts.metrics.watchWaitingBytes(() => this.#live.waitingBytes);
  }

  /**
   * Resolves when the webhook is on disk, or was needless when its turn came.
   * @throws Overloaded; else what kept it from being known to be stored.
   */
  send(webhook: ReceivedWebhook, _lane: Lane, isNeedless?: () => boolean): Promise<Sent> {
    return this.#live.send(webhook, isNeedless);
  }

  /** Takes nothing more and resolves when all that was taken is settled. */
  close(): Promise<void> {
    return this.#live.close();
  }

  async #write(pack: readonly ReceivedWebhook[], attempt: 1 | 2): Promise<void> {
    const { connection, publisher, metrics, logger } = this.#parts;
    if (attempt === 2) {
      metrics.packsSentAgain.inc();
      await brokerWithin(connection, MAX_RECONNECT_MS);
    }
    metrics.packWebhooks.observe(pack.length);
    const stopTimer = metrics.storeSeconds.startTimer();
    try {
      await publisher.publish(webhookReceived, [], pack);
    } catch (error) {
      // Link and breaker say themselves when the broker is away: an outage must not fill the log pack by pack.
      if (!(error instanceof DependencyUnavailable)) logger.error({ err: error, attempt }, 'a pack was not stored');
      throw error;
    }
    stopTimer();
  }
}

/** What a webhook adds to its pack besides its body: names and framing of its fields, an id, a trace, its headers. */
function entryBytes(headers: Readonly<Record<string, string>>): number {
  const FIELDS_BYTES = 400;
  return Object.entries(headers).reduce((sum, [name, value]) => sum + name.length + value.length, FIELDS_BYTES);
}

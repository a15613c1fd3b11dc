import { INBOX, type ReceivedWebhook, UNKNOWN_TENANT, webhookReceived, webhookSlowed } from '@hub/contracts';
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
import { type Logger, type Span, traced, type Tracing } from '@hub/telemetry';
import { entryBytes } from './entry-bytes.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { MAX_ENTRY_BYTES } from './kept-headers.ts';
import type { Lane } from './lanes/lane-chooser.ts';
import { livePaceMs } from './lanes/live-pace.ts';
import { LoopLoad } from './loop-load.ts';

const MIB = 1_048_576;

/** Larger packs take longer to write than they save. */
const MAX_PACK_BYTES = 524_288;
const MAX_PACK_WEBHOOKS = 256;
const MAX_WAITING_BYTES = 64 * MIB;

/** Packs of the slow lane are settled one at a time beside the live lane: small ones hold it up less. */
const MAX_SLOW_PACK_BYTES = 65_536;
const MAX_SLOW_PACK_WEBHOOKS = 32;
const MAX_SLOW_WAITING_BYTES = 32 * MIB;
/** The slow lane leaves the disk to the live one meanwhile: a flood of 500/s costs 40 syncs a second then. */
const SLOW_GATHER_MS = 25;

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
  readonly tracing: Tracing;
  readonly logger: Logger;
}

/**
 * The way into the stream INBOX: webhooks that arrive together share one durable write. In the slow lane only those of
 * one tenant do, tenants take turns, and none may fill the memory alone.
 */
export class Inbox {
  readonly #parts: InboxParts;
  readonly #live: PackPublisher<ReceivedWebhook>;
  readonly #slow: PackPublisher<ReceivedWebhook>;

  constructor(parts: InboxParts) {
    this.#parts = parts;
    const both = {
      mayBeWritten: mayBeStored,
      sizeOf: entryBytes,
      maxWaitMs: MAX_WAIT_MS,
    };
    const load = new LoopLoad();
    this.#live = new PackPublisher({
      ...both,
      paceMs: () => livePaceMs(load.share()),
      write: (pack, attempt) => this.#write('live', pack, attempt),
      onTurn: (waitedMs) => parts.metrics.queueSeconds.live.observe(waitedMs / 1_000),
      maxPackBytes: Math.min(MAX_PACK_BYTES, maxMessageBytes(parts.connection)),
      maxPackCount: MAX_PACK_WEBHOOKS,
      maxWaitingBytes: MAX_WAITING_BYTES,
    });
    this.#slow = new PackPublisher({
      ...both,
      write: (pack, attempt) => this.#write('slow', pack, attempt),
      onTurn: (waitedMs) => parts.metrics.queueSeconds.slow.observe(waitedMs / 1_000),
      flowOf: tenantOf,
      gatherMs: SLOW_GATHER_MS,
      maxPackBytes: Math.min(MAX_SLOW_PACK_BYTES, maxMessageBytes(parts.connection)),
      maxPackCount: MAX_SLOW_PACK_WEBHOOKS,
      maxWaitingBytes: MAX_SLOW_WAITING_BYTES,
    });
    parts.metrics.watchWaiting(this.#live, this.#slow);
  }

  /**
   * Resolves when the webhook is on disk, or was needless when its turn came.
   * @throws Overloaded; else what kept it from being known to be stored.
   */
  send(webhook: ReceivedWebhook, lane: Lane, isNeedless?: () => boolean): Promise<Sent> {
    return (lane === 'live' ? this.#live : this.#slow).send(webhook, isNeedless);
  }

  /** Takes nothing more and resolves when all that was taken is settled. */
  async close(): Promise<void> {
    await Promise.all([this.#live.close(), this.#slow.close()]);
  }

  async #write(lane: Lane, pack: readonly ReceivedWebhook[], attempt: 1 | 2): Promise<void> {
    const { connection, publisher, metrics, logger } = this.#parts;
    if (attempt === 2) {
      metrics.packsSentAgain.inc();
      await brokerWithin(connection, MAX_RECONNECT_MS);
    }
    metrics.packWebhooks.observe({ lane }, pack.length);
    const startedMs = performance.now();
    try {
      await traced(this.#beginSpan(lane, pack), async (span) => {
        const about = { traceparent: span?.traceparent };
        await (lane === 'live'
          ? publisher.publish(webhookReceived, [], pack, about)
          : publisher.publish(webhookSlowed, pack.slice(0, 1).map(tenantOf), pack, about));
      });
    } catch (error) {
      // Link and breaker say themselves when the broker is away: an outage must not fill the log pack by pack.
      if (!(error instanceof DependencyUnavailable)) logger.error({ err: error, attempt }, 'a pack was not stored');
      throw error;
    }
    metrics.storeSeconds[lane].observe((performance.now() - startedMs) / 1_000);
    metrics.laneWebhooks.inc({ lane }, pack.length);
  }

  #beginSpan(lane: Lane, pack: readonly ReceivedWebhook[]): Span | null {
    return this.#parts.tracing.beginForMany('inbox publish', {
      kind: 'producer',
      traceparents: () => pack.map(({ traceparent }) => traceparent),
      attributes: {
        'messaging.system': 'nats',
        'messaging.operation.type': 'send',
        'messaging.operation.name': 'publish',
        'messaging.destination.name': INBOX.name,
        'messaging.destination.template': (lane === 'live' ? webhookReceived : webhookSlowed).subject,
        'messaging.batch.message_count': pack.length,
      },
    });
  }
}

function tenantOf({ tenantId }: ReceivedWebhook): string {
  return tenantId ?? UNKNOWN_TENANT;
}

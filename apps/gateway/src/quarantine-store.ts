import { type ReceivedWebhook, webhookQuarantined } from '@hub/contracts';
import { mayBeStored, PackPublisher, type Publisher } from '@hub/messaging';
import type { Source, SourceRequest } from '@hub/sources';
import { continueTrace, type Logger } from '@hub/telemetry';
import { createHash } from 'node:crypto';
import { entryBytes } from './entry-bytes.ts';
import type { GatewayMetrics } from './gateway-metrics.ts';
import { keptHeaders } from './kept-headers.ts';
import { RecentlySeen } from './recently-seen.ts';

const MIB = 1_048_576;

const PACKS = { maxPackBytes: MIB / 2, maxPackCount: 256, maxWaitingBytes: 4 * MIB, maxWaitMs: 2_000 };

/** Retries of what is kept already are known among so many. */
const KEPT_PER_GENERATION = 10_000;

export interface QuarantineStoreParts {
  /** Not the one of the inbox: its breaker must not hear of what strangers send. */
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly maxMessageBytes: number;
  readonly metrics: Pick<GatewayMetrics, 'quarantined'>;
  readonly logger: Logger;
}

/** The way into the stream QUARANTINE: each request once, in packs of one source. */
export class QuarantineStore {
  readonly #parts: QuarantineStoreParts;
  readonly #packs = new Map<string, PackPublisher<ReceivedWebhook>>();
  readonly #kept = new RecentlySeen(KEPT_PER_GENERATION);
  readonly #beingKept = new Map<string, Promise<boolean>>();

  constructor(parts: QuarantineStoreParts) {
    this.#parts = parts;
  }

  /**
   * Keeps a request as it came. Never rejects.
   * @param why As the metric names it.
   * @param room Takes so many bytes of what may be kept; false when that is too much. Copies take none.
   * @returns Whether it is on disk.
   */
  async keep(
    source: Source,
    request: SourceRequest,
    why: 'suspect' | 'precaution',
    room: (bytes: number) => boolean,
  ): Promise<boolean> {
    const webhook = quarantined(source, request);
    const { eventId } = webhook;
    if (this.#kept.firstSeenAtMs(eventId) !== undefined) return true;
    const first = this.#beingKept.get(eventId);
    if (first !== undefined) return first;
    if (!room(entryBytes(webhook))) return false;
    const isKept = this.#write(webhook, why).finally(() => this.#beingKept.delete(eventId));
    this.#beingKept.set(eventId, isKept);
    return isKept;
  }

  /** Resolves when what was taken is settled. */
  async close(): Promise<void> {
    await Promise.all([...this.#packs.values()].map((packs) => packs.close()));
  }

  async #write(webhook: ReceivedWebhook, why: 'suspect' | 'precaution'): Promise<boolean> {
    const { metrics, logger } = this.#parts;
    try {
      await this.#packsOf(webhook.sourceId).send(webhook);
      this.#kept.add(webhook.eventId, webhook.receivedAtMs);
      metrics.quarantined.inc({ why });
      return true;
    } catch (err) {
      // The sender was told nothing that it could rely on, and a stranger's flood must not fill the log.
      logger.debug({ err, sourceId: webhook.sourceId }, 'could not keep a webhook whose signature does not match');
      return false;
    }
  }

  #packsOf(sourceId: string): PackPublisher<ReceivedWebhook> {
    const { publisher, maxMessageBytes } = this.#parts;
    const packs =
      this.#packs.get(sourceId) ??
      new PackPublisher({
        ...PACKS,
        maxPackBytes: Math.min(PACKS.maxPackBytes, maxMessageBytes),
        write: async (pack) => void (await publisher.publish(webhookQuarantined, [sourceId], pack)),
        mayBeWritten: mayBeStored,
        sizeOf: entryBytes,
      });
    this.#packs.set(sourceId, packs);
    return packs;
  }
}

/** The whole request as one entry, with the headers that it can be checked by; what it carries is read once it is known to be signed. */
function quarantined(source: Source, { headers, body, nowMs }: SourceRequest): ReceivedWebhook {
  const kept = keptHeaders(headers, source.signedHeaders);
  const digest = createHash('sha256').update(JSON.stringify(kept)).update(body).digest('base64url');
  return {
    eventId: digest,
    tenantId: null,
    source: source.kind,
    sourceId: source.id,
    receivedAtMs: nowMs,
    headers: kept,
    traceparent: continueTrace(undefined),
    body,
  };
}

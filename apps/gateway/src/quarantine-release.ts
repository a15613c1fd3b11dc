import { QUARANTINE, type ReceivedWebhook, webhookQuarantined } from '@hub/contracts';
import {
  deleteMessage,
  type NatsConnection,
  pause,
  type Publisher,
  readPage,
  streamState,
  type Tailed,
} from '@hub/messaging';
import { fullJitter } from '@hub/resilience';
import type { Source, SourceRequest } from '@hub/sources';
import type { Logger } from '@hub/telemetry';
import type { Admission } from './answers.ts';

/** Packs in hand at once: up to 512 KiB each. */
const PACKS_PER_PAGE = 16;
const RETRY = { baseMs: 500, capMs: 30_000 };

/** The way of a request whose signature was checked. */
export type AdmitSigned = (source: Source, request: SourceRequest) => Promise<Admission>;

export interface ReleaseParts {
  readonly connection: NatsConnection;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly logger: Logger;
  readonly nowMs?: () => number;
}

/** The inbox does not take it now: the rest can wait as well. */
class NotNow extends Error {}

/**
 * Takes out of quarantine what a key matches after all. A message is removed only once all that matched is on disk in the
 * inbox; a crash in between sends copies, which have no second effect. What still matches no key stays until it expires.
 */
export class QuarantineRelease {
  readonly #parts: ReleaseParts;
  readonly #asked = new Map<string, Source>();
  readonly #stopping = new AbortController();
  #admitSigned: AdmitSigned | null = null;
  #working: Promise<void> | null = null;

  constructor(parts: ReleaseParts) {
    this.#parts = parts;
  }

  /** Until then what is asked for waits. */
  begin(admitSigned: AdmitSigned): void {
    this.#admitSigned = admitSigned;
    this.#workOn();
  }

  /** The keys of a source are not what they were: looks, in the background and until it has, what of it can be released. */
  keysChanged(source: Source): void {
    this.#asked.set(source.id, source);
    this.#workOn();
  }

  async close(): Promise<void> {
    this.#stopping.abort();
    await this.#working;
  }

  #workOn(): void {
    const admitSigned = this.#admitSigned;
    if (admitSigned === null || this.#working !== null || this.#asked.size === 0) return;
    this.#working = this.#work(admitSigned).finally(() => {
      this.#working = null;
      // What was asked for after the last look, and before we said that nobody is looking.
      if (!this.#stopping.signal.aborted) this.#workOn();
    });
  }

  async #work(admitSigned: AdmitSigned): Promise<void> {
    let failures = 0;
    while (this.#asked.size > 0 && !this.#stopping.signal.aborted) {
      const asked = [...this.#asked.values()];
      this.#asked.clear();
      try {
        await this.#releaseAll(asked, admitSigned);
        failures = 0;
      } catch (err) {
        failures += 1;
        // Unless it was asked for again meanwhile, with newer keys.
        for (const source of asked) if (!this.#asked.has(source.id)) this.#asked.set(source.id, source);
        this.#parts.logger.warn({ err }, 'could not look through the quarantine, trying again');
        await pause(fullJitter(failures, RETRY), this.#stopping.signal);
      }
    }
  }

  async #releaseAll(sources: readonly Source[], admitSigned: AdmitSigned): Promise<void> {
    const { firstSequence, lastSequence } = await streamState(this.#parts.connection, QUARANTINE);
    // As it nearly always is: with thousands of sources one look does for all.
    if (firstSequence > lastSequence || lastSequence === 0) return;
    for (const source of sources) await this.#release(source, lastSequence, admitSigned);
  }

  async #release(source: Source, upTo: number, admitSigned: AdmitSigned): Promise<void> {
    const { connection, logger } = this.#parts;
    let released = 0;
    for (let after = 0; after < upTo && !this.#stopping.signal.aborted;) {
      const page = await readPage(connection, webhookQuarantined, {
        tokens: [source.id],
        after,
        upTo,
        maxMessages: PACKS_PER_PAGE,
        logger,
      });
      for (const pack of page.messages) released += await this.#releasePack(source, pack, admitSigned);
      after = page.upTo;
    }
    if (released > 0) logger.info({ sourceId: source.id, released }, 'took webhooks out of quarantine');
  }

  /** @returns How many webhooks were released. */
  async #releasePack(
    source: Source,
    { sequence, payload }: Tailed<readonly ReceivedWebhook[]>,
    admitSigned: AdmitSigned,
  ): Promise<number> {
    const { connection, publisher, nowMs = Date.now } = this.#parts;
    const unmatched: ReceivedWebhook[] = [];
    for (const webhook of payload) {
      if (!(await readmit(source, webhook, nowMs(), admitSigned))) unmatched.push(webhook);
    }
    if (unmatched.length === payload.length) return 0;
    // Written again they would be kept for longer than others, from one key to the next.
    const rest = unmatched.filter(({ receivedAtMs }) => nowMs() - receivedAtMs < QUARANTINE.maxAgeMs);
    if (rest.length > 0) await publisher.publish(webhookQuarantined, [source.id], rest);
    await deleteMessage(connection, QUARANTINE, sequence);
    return payload.length - unmatched.length;
  }
}

/**
 * @returns false when no key matches.
 * @throws NotNow when the inbox does not take it.
 */
async function readmit(
  source: Source,
  webhook: ReceivedWebhook,
  nowMs: number,
  admitSigned: AdmitSigned,
): Promise<boolean> {
  const { headers, body, receivedAtMs } = webhook;
  const request: SourceRequest = { headers, body, pathToken: null, nowMs: receivedAtMs };
  // Signed in time it was then; the key may be valid only now.
  const isSigned = (await source.verify(request)).ok || (await source.verify({ ...request, nowMs })).ok;
  if (!isSigned) return false;
  const { outcome } = await admitSigned(source, request);
  if (outcome === 'accepted' || outcome === 'slowed' || outcome === 'duplicate') return true;
  throw new NotNow(`the inbox does not take a webhook from quarantine: ${outcome}`);
}

import { type SourceConfiguration, sourceConfigured, SOURCES } from '@hub/contracts';
import type { Database } from '@hub/database';
import { type NatsConnection, pause, type Publisher, streamState, tail } from '@hub/messaging';
import { fullJitter } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import { type Announcement, announcementsNeeded, configurationOf } from './source-configuration.ts';
import { allSources, findSource, raiseVersion } from './source-rows.ts';

/** So often the stream is compared with the database, whatever happened in between. */
const RECONCILE_EVERY_MS = 60_000;
const RETRY = { baseMs: 500, capMs: 10_000 };

/** Sees the rows of every tenant. */
const EVERYONE = ['*'];

export interface AnnouncerParts {
  readonly database: Database;
  readonly connection: NatsConnection;
  readonly publisher: Publisher;
  readonly logger: Logger;
}

/** Tells gateways who may send. Postgres is the truth; the stream SOURCES can be made again from it at any time. */
export class SourceAnnouncer {
  readonly #parts: AnnouncerParts;
  readonly #stopping = new AbortController();

  constructor(parts: AnnouncerParts) {
    this.#parts = parts;
  }

  /**
   * Tells gateways of a source as it stands in the database, after the change to it was committed.
   * @returns Whether the broker has it; if not, `run` makes good for it.
   */
  async announce(sourceId: string): Promise<boolean> {
    try {
      await this.#publishSource(sourceId);
      return true;
    } catch (err) {
      this.#parts.logger.warn({ err, sourceId }, 'gateways could not be told of a source, it will be tried again');
      return false;
    }
  }

  /** Reconciles at once and then from time to time, until `stop`. */
  async run(): Promise<void> {
    let failures = 0;
    while (!this.#stopping.signal.aborted) {
      try {
        const told = await this.reconcile();
        if (told > 0) this.#parts.logger.info({ told }, 'gateways were told of sources that differed');
        failures = 0;
      } catch (err) {
        failures += 1;
        this.#parts.logger.warn({ err }, 'sources could not be compared with what gateways know, trying again');
      }
      await pause(failures === 0 ? RECONCILE_EVERY_MS : fullJitter(failures, RETRY), this.#stopping.signal);
    }
  }

  stop(): void {
    this.#stopping.abort();
  }

  /**
   * Makes the stream say what the database says.
   * @returns How many sources differed.
   * @throws What kept the broker or the database from answering.
   */
  async reconcile(): Promise<number> {
    const told = await this.#told();
    const { database } = this.#parts;
    const rows = await database.asTenants(EVERYONE, allSources);
    const nowMs = Date.now();
    const needed = announcementsNeeded(
      rows.map((row) => configurationOf(row, nowMs)),
      told,
    );
    for (const announcement of needed) await this.#make(announcement);
    return needed.length;
  }

  async #make({ sourceId, above, vanished }: Announcement): Promise<void> {
    if (vanished === null) return this.#publishSource(sourceId, above);
    await this.#publish({ ...vanished, state: 'revoked', keys: [], version: above + 1 });
  }

  /** @param above A version that gateways know already and would keep to. */
  async #publishSource(sourceId: string, above = 0): Promise<void> {
    const source = await this.#parts.database.asTenants(EVERYONE, async (tx) => {
      const found = await findSource(tx, sourceId);
      if (found === null || found.version > above) return found;
      await raiseVersion(tx, sourceId, above);
      return findSource(tx, sourceId);
    });
    if (source !== null) await this.#publish(configurationOf(source, Date.now()));
  }

  async #publish(configuration: SourceConfiguration): Promise<void> {
    await this.#parts.publisher.publish(sourceConfigured, [configuration.sourceId], configuration);
  }

  /** What the stream holds now. */
  async #told(): Promise<Map<string, SourceConfiguration>> {
    const { connection, logger } = this.#parts;
    // A tail waits for a broker that is away; whether it is there now is asked first.
    await streamState(connection, SOURCES);
    const told = new Map<string, SourceConfiguration>();
    const messages = tail(connection, sourceConfigured, { after: 0, logger, onCaughtUp: () => messages.stop() });
    const stop = (): void => messages.stop();
    this.#stopping.signal.addEventListener('abort', stop, { once: true });
    try {
      for await (const { payload } of messages) told.set(payload.sourceId, payload);
    } finally {
      this.#stopping.signal.removeEventListener('abort', stop);
    }
    this.#stopping.signal.throwIfAborted();
    return told;
  }
}

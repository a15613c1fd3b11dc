import { serviceTallied, type Tally } from '@hub/contracts';
import { INSTANCE_ID, type Logger } from '@hub/telemetry';
import { randomUUID } from 'node:crypto';
import type { Counts, CountsAccumulator } from './counts.ts';
import type { Publisher } from './publisher.ts';

const SEND_EVERY_MS = 3_000;
/** A row takes a few hundred bytes: a tally stays far below what the broker takes in one message. */
const ROWS_PER_TALLY = 500;

export interface TallySenderParts {
  readonly service: string;
  readonly counts: CountsAccumulator;
  readonly publisher: Pick<Publisher, 'publish'>;
  readonly logger: Logger;
  readonly everyMs?: number;
}

interface Unsent {
  readonly id: string;
  readonly tally: Tally;
}

/**
 * Sends what was counted, every few seconds. While the broker is away counting goes on in memory; a tally whose outcome is
 * unknown is sent again under the same id, which the broker knows for two minutes. What a killed process had counted is
 * lost: tallies are statistics, no promise rests on them.
 */
export class TallySender {
  readonly #parts: TallySenderParts;
  #unsent: Unsent[] = [];
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> = Promise.resolve();

  constructor(parts: TallySenderParts) {
    this.#parts = parts;
  }

  start(): void {
    this.#timer = setInterval(() => void this.flush(), this.#parts.everyMs ?? SEND_EVERY_MS);
    this.#timer.unref();
  }

  /** Sends the last counts, if the broker takes them now. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  /** Never rejects. */
  flush(): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send());
    return this.#sending;
  }

  async #send(): Promise<void> {
    const { service, counts, publisher, logger } = this.#parts;
    if (this.#unsent.length === 0) this.#unsent = talliesOf(service, counts.take());
    try {
      for (let next = this.#unsent[0]; next !== undefined; next = this.#unsent[0]) {
        await publisher.publish(serviceTallied, [service], next.tally, { messageId: next.id });
        this.#unsent.shift();
      }
    } catch (error) {
      logger.debug({ err: error, unsent: this.#unsent.length }, 'tallies wait for the broker');
    }
  }
}

/** Several when there are many rows; the lists that are bounded by nature go with the first. */
function talliesOf(service: string, counts: Counts | null): Unsent[] {
  if (counts === null) return [];
  const head = { service, instanceId: INSTANCE_ID };
  const empty = { duplicates: [], keyUses: [], refusals: [], suspects: [] };
  const tallies: Unsent[] = [];
  for (let from = 0; from === 0 || from < counts.minutes.length; from += ROWS_PER_TALLY) {
    const minutes = counts.minutes.slice(from, from + ROWS_PER_TALLY);
    tallies.push({
      id: randomUUID(),
      tally: { ...(from === 0 ? counts : empty), ...head, minutes },
    });
  }
  return tallies;
}

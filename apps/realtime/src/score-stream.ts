import { leadScored, SCORES, type StreamContract } from '@hub/contracts';
import { type NatsConnection, readPage, streamState, tail, type Tailed } from '@hub/messaging';
import type { StreamBounds } from './resume.ts';

/** One message of the SCORES stream, unread. */
export interface ScoreMessage {
  readonly tenantId: string;
  readonly sequence: number;
  /** The JSON array of scored leads as it was published. */
  readonly leadsJson: Uint8Array;
  /** When the gateway had the oldest webhook behind it, epoch ms; null when only time had passed. */
  readonly receivedAtMs: number | null;
  /** Of the span that published it; null where nobody traces it. */
  readonly traceparent: string | null;
}

export interface ScorePage {
  readonly messages: readonly ScoreMessage[];
  /** Up to this sequence the page has everything of its tenant. */
  readonly upTo: number;
}

/** What this service needs of the broker. Every call may reject while it is away. */
export interface ScoreStream {
  bounds(): Promise<StreamBounds>;
  /** Messages of all tenants after a sequence, then new ones, until `signal` aborts or the broker is lost. */
  follow(after: number, signal: AbortSignal): AsyncIterable<ScoreMessage>;
  /** Some messages of one tenant with `after < sequence <= upTo`, oldest first. */
  read(tenantId: string, after: number, upTo: number): Promise<ScorePage>;
}

const PAGE_MESSAGES = 200;

/** Scores are passed on as they came: reading each of them would cost more than sending it. */
const unreadScores: StreamContract<Uint8Array> = {
  subject: leadScored.subject,
  stream: leadScored.stream,
  encode: (bytes) => bytes,
  decode: (bytes) => bytes,
};

export class NatsScoreStream implements ScoreStream {
  readonly #connection: NatsConnection;
  readonly #onLost = new Set<() => void>();

  constructor(connection: NatsConnection) {
    this.#connection = connection;
    void this.#watchConnection();
  }

  bounds(): Promise<StreamBounds> {
    return streamState(this.#connection, SCORES);
  }

  async *follow(after: number, signal: AbortSignal): AsyncIterable<ScoreMessage> {
    const messages = tail(this.#connection, unreadScores, { after });
    const stop = (): void => messages.stop();
    // The tail would go on by itself when the broker is back; whether that is right has to be looked at first.
    this.#onLost.add(stop);
    signal.addEventListener('abort', stop, { once: true });
    try {
      if (signal.aborted) return;
      for await (const message of messages) yield toScoreMessage(message);
    } finally {
      this.#onLost.delete(stop);
      signal.removeEventListener('abort', stop);
    }
  }

  async read(tenantId: string, after: number, upTo: number): Promise<ScorePage> {
    const page = await readPage(this.#connection, unreadScores, {
      tokens: [tenantId],
      after,
      upTo,
      maxMessages: PAGE_MESSAGES,
    });
    return { messages: page.messages.map(toScoreMessage), upTo: page.upTo };
  }

  async #watchConnection(): Promise<void> {
    for await (const { type } of this.#connection.status()) {
      if (type === 'disconnect') for (const stop of this.#onLost) stop();
    }
  }
}

function toScoreMessage({ tokens, sequence, payload, receivedAtMs, traceparent }: Tailed<Uint8Array>): ScoreMessage {
  const [tenantId = ''] = tokens;
  return { tenantId, sequence, leadsJson: payload, receivedAtMs, traceparent };
}

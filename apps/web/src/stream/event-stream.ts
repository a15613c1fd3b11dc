import { MESSAGE_KINDS, readMessage, type StreamMessage } from './messages.ts';
import { SILENCE_MS } from './link.ts';

export interface StreamListener {
  message(message: StreamMessage): void;
  /** The connection broke, or could not be made; it is being tried again. */
  lost(): void;
}

export interface Stream {
  /** Call it once the list has been fetched. */
  start(): void;
  close(): void;
}

export interface StreamSource {
  /** @param after Sequence up to which everything is known; null to begin with what comes next. */
  readonly urlAfter: (after: number | null) => string;
  /** Where to resume: asked at every connection. */
  readonly position: () => number | null;
  /** Asked before connecting again, since EventSource does not tell why it failed. false: do not try any more. */
  readonly mayReconnect: () => Promise<boolean>;
}

const BACKOFF = { baseMs: 250, capMs: 5_000 };

/**
 * One stream of server-sent events that is kept open. It connects anew by itself instead of leaving that to
 * EventSource, which repeats its first URL, gives up on some errors and does not notice a dead connection.
 */
export class EventStream implements Stream {
  readonly #source: StreamSource;
  readonly #listener: StreamListener;
  #events: EventSource | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;
  #closed = false;

  constructor(source: StreamSource, listener: StreamListener) {
    this.#source = source;
    this.#listener = listener;
  }

  start(): void {
    if (this.#closed) return;
    addEventListener('online', this.#connectNow);
    this.#connect();
  }

  close(): void {
    this.#closed = true;
    removeEventListener('online', this.#connectNow);
    this.#disconnect();
  }

  #connect(): void {
    const events = new EventSource(this.#source.urlAfter(this.#source.position()), { withCredentials: true });
    this.#events = events;
    for (const kind of MESSAGE_KINDS) {
      events.addEventListener(kind, (event: MessageEvent<string>) => {
        this.#failures = 0;
        this.#expectWord();
        const message = readMessage(kind, event.lastEventId, event.data);
        if (message !== null) this.#listener.message(message);
      });
    }
    events.addEventListener('error', () => this.#lost());
    this.#expectWord();
  }

  readonly #connectNow = (): void => {
    if (this.#events === null) this.#reconnectIn(0);
  };

  #expectWord(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lost(), SILENCE_MS);
  }

  #lost(): void {
    this.#disconnect();
    this.#listener.lost();
    const ceilingMs = Math.min(BACKOFF.capMs, BACKOFF.baseMs * 2 ** this.#failures);
    this.#failures += 1;
    // Full jitter: after a restart of the server not every screen comes back in the same instant.
    this.#reconnectIn(Math.random() * ceilingMs);
  }

  #reconnectIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#reconnect(), delayMs);
  }

  async #reconnect(): Promise<void> {
    const wanted = await this.#source.mayReconnect();
    if (wanted && !this.#closed && this.#events === null) this.#connect();
  }

  #disconnect(): void {
    clearTimeout(this.#timer);
    this.#events?.close();
    this.#events = null;
  }
}

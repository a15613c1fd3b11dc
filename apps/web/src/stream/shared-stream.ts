import { EventStream, type Stream, type StreamListener, type StreamSource } from './event-stream.ts';
import { SILENCE_MS } from './link.ts';
import type { StreamMessage } from './messages.ts';

/**
 * What tabs tell each other. `after`: where the leader was before the message, so that who missed one notices.
 * `ask`: a new tab wants to know how things are.
 */
type Whisper =
  | { readonly kind: 'message'; readonly message: StreamMessage; readonly after: number | null }
  | { readonly kind: 'lost' }
  | { readonly kind: 'ask' };

/** Longer than the leader takes to notice a silence itself. */
const LEADER_SILENCE_MS = SILENCE_MS + 3_000;

/**
 * The stream of one tenant for all tabs of a browser, which over HTTP/1.1 may open six connections to a server only.
 * The tab that holds the lock connects and passes on what it hears; when it closes, the lock and its part go to
 * another, which resumes where it has got to. A leader that went silent (a frozen tab) loses the lock to who misses it.
 *
 * It must be made before the list is fetched: what was passed on earlier is then in the list.
 */
export class SharedStream implements Stream {
  readonly #name: string;
  readonly #source: StreamSource;
  readonly #listener: StreamListener;
  readonly #channel: BroadcastChannel;
  /** Aborted when this tab gives up its place in the line for the lock, or the lock itself. */
  #place = new AbortController();
  #closed = false;
  #leading: EventStream | null = null;
  #lastBeat: StreamMessage | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(name: string, source: StreamSource, listener: StreamListener) {
    this.#name = name;
    this.#source = source;
    this.#listener = listener;
    this.#channel = new BroadcastChannel(name);
    this.#channel.addEventListener('message', (event: MessageEvent<Whisper>) => this.#hear(event.data));
  }

  start(): void {
    if (this.#closed) return;
    this.#whisper({ kind: 'ask' });
    this.#expectWord();
    void this.#standInLine();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#stopLeading();
    this.#place.abort();
    this.#channel.close();
  }

  async #standInLine(options?: { readonly steal: true }): Promise<void> {
    this.#place.abort();
    const place = new AbortController();
    this.#place = place;
    try {
      await navigator.locks.request(this.#name, options ?? { signal: place.signal }, () => this.#lead(place.signal));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error;
      if (place.signal.aborted) return;
      // Another tab took the lock because it did not hear this one.
      this.#stopLeading();
      await this.#standInLine();
    }
  }

  /** Settles when this tab gives its place up; the lock is held until then. */
  #lead(place: AbortSignal): Promise<void> {
    if (place.aborted) return Promise.resolve();
    clearTimeout(this.#timer);
    this.#leading = new EventStream(this.#source, {
      message: (message) => {
        const after = this.#source.position();
        if (message.kind === 'beat') this.#lastBeat = message;
        this.#listener.message(message);
        this.#whisper({ kind: 'message', message, after });
      },
      lost: () => {
        this.#lastBeat = null;
        this.#listener.lost();
        this.#whisper({ kind: 'lost' });
      },
    });
    this.#leading.start();
    return new Promise((resolve) => {
      place.addEventListener('abort', () => resolve());
    });
  }

  #hear(whisper: Whisper): void {
    if (this.#leading !== null) {
      if (whisper.kind === 'ask' && this.#lastBeat !== null) {
        this.#whisper({ kind: 'message', message: this.#lastBeat, after: null });
      }
      return;
    }
    this.#expectWord();
    if (whisper.kind === 'lost') this.#listener.lost();
    if (whisper.kind !== 'message') return;
    const position = this.#source.position();
    if (position !== null && whisper.after !== null && whisper.after > position) {
      this.#listener.message({ kind: 'reset', sequence: whisper.after });
    }
    this.#listener.message(whisper.message);
  }

  #expectWord(): void {
    clearTimeout(this.#timer);
    if (this.#leading !== null) return;
    this.#timer = setTimeout(() => {
      this.#listener.lost();
      void this.#standInLine({ steal: true });
    }, LEADER_SILENCE_MS);
  }

  #whisper(whisper: Whisper): void {
    if (!this.#closed) this.#channel.postMessage(whisper);
  }

  #stopLeading(): void {
    this.#leading?.close();
    this.#leading = null;
  }
}

/** One connection for all tabs where the browser can; it cannot on a page that came by plain HTTP from another machine. */
export function openStream(name: string, source: StreamSource, listener: StreamListener): Stream {
  const canShare = 'locks' in navigator && 'BroadcastChannel' in globalThis;
  return canShare ? new SharedStream(name, source, listener) : new EventStream(source, listener);
}

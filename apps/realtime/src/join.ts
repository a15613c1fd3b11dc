import { setTimeout as wait } from 'node:timers/promises';
import { fullJitter } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import type { Feed } from './feed.ts';
import { Frame } from './frame.ts';
import type { History } from './history.ts';
import type { RealtimeMetrics } from './metrics.ts';
import { nextCatchUp, resetReason } from './resume.ts';
import type { Screen } from './screen.ts';
import type { ScoreStream } from './score-stream.ts';
import { Turnstile } from './turnstile.ts';
import type { ResetReason } from './wire.ts';

// Each reader is a consumer on the broker: when everybody comes back at once, they take turns.
const MAX_READERS = 16;
const RETRY = { baseMs: 200, capMs: 2_000 };

/** Brings a new screen to the live edge: from memory, else from the stream, else by telling it to start over. */
export class Join {
  readonly #stream: ScoreStream;
  readonly #feed: Pick<Feed, 'ready' | 'bounds'>;
  readonly #history: History;
  readonly #metrics: RealtimeMetrics;
  readonly #logger: Logger;
  readonly #greet: (screen: Screen) => void;
  readonly #readers = new Turnstile(MAX_READERS);

  constructor(
    stream: ScoreStream,
    feed: Pick<Feed, 'ready' | 'bounds'>,
    history: History,
    metrics: RealtimeMetrics,
    logger: Logger,
    greet: (screen: Screen) => void,
  ) {
    this.#stream = stream;
    this.#feed = feed;
    this.#history = history;
    this.#metrics = metrics;
    this.#logger = logger;
    this.#greet = greet;
  }

  /**
   * Resolves when the screen is live or gone. While the broker is away the screen stays and waits with it.
   * @param after Sequence up to which the screen has everything; null begins with what comes next.
   */
  async run(screen: Screen, after: number | null): Promise<void> {
    if (after !== null) this.#greet(screen);
    await this.#feed.ready;
    if (after === null) {
      this.#metrics.resumes.inc({ kind: 'new' });
      screen.moveTo(this.#history.head);
      // Not sooner: it says from where on nothing will be missing, and the list it then fetches has what is before.
      this.#greet(screen);
      screen.goLive();
      return;
    }
    for (let attempt = 1; screen.isOpen; attempt += 1) {
      try {
        await this.#resume(screen);
        return;
      } catch (error) {
        this.#logger.warn({ err: error }, 'cannot resume a screen yet');
        await wait(fullJitter(attempt, RETRY), undefined, { ref: false });
      }
    }
  }

  async #resume(screen: Screen): Promise<void> {
    const { tenantId } = screen.viewer;
    const reason = await this.#resetReason(tenantId, screen.position);
    if (reason !== null) {
      this.#metrics.resumes.inc({ kind: 'reset' });
      screen.startOver(reason, this.#history.head);
      return;
    }
    let source = 'memory';
    while (screen.isOpen) {
      const step = nextCatchUp(this.#history, tenantId, screen.position);
      if (step.kind === 'attach') {
        screen.replay(step.frames);
        screen.goLive();
        this.#metrics.resumes.inc({ kind: source });
        return;
      }
      source = 'stream';
      await this.#replayPage(screen, step.upTo);
    }
  }

  /** Asks the broker only where memory cannot tell. */
  async #resetReason(tenantId: string, position: number): Promise<ResetReason | null> {
    const inMemory = position <= this.#history.head && this.#history.since(tenantId, position) !== null;
    return inMemory ? null : resetReason(position, await this.#feed.bounds());
  }

  /** Sends some of what the stream holds for the screen, no faster than the screen takes it. */
  async #replayPage(screen: Screen, upTo: number): Promise<void> {
    const { tenantId } = screen.viewer;
    const page = await this.#readers.run(() => this.#stream.read(tenantId, screen.position, upTo));
    for (const message of page.messages) {
      const frame = Frame.from(message);
      if (frame !== null) screen.replay([frame]);
      await screen.roomToWrite();
    }
    screen.moveTo(page.upTo);
  }
}

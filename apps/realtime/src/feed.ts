import { setTimeout as wait } from 'node:timers/promises';
import { type Breaker, fullJitter } from '@hub/resilience';
import type { Logger } from '@hub/telemetry';
import { Frame } from './frame.ts';
import type { History } from './history.ts';
import type { RealtimeMetrics } from './metrics.ts';
import type { StreamBounds } from './resume.ts';
import type { ScoreMessage, ScoreStream } from './score-stream.ts';

const WATCH_EVERY_MS = 1_000;
/** Read before the newest at the start, so that screens that come back after a restart resume from memory. */
const WARM_UP_MESSAGES = 2_000;
const RETRY = { baseMs: 100, capMs: 2_000 };

export interface FeedListener {
  /** A frame that came after all frames before it, whatever their tenant. */
  frame(frame: Frame): void;
  /** Sequences start over: what was given so far cannot be continued from. */
  startedOver(): void;
  /** The stream became readable, or unreadable. */
  liveChanged(live: boolean): void;
}

/** Reads the SCORES stream once for all screens, and knows whether it is up to date. */
export class Feed {
  readonly #stream: ScoreStream;
  readonly #breaker: Breaker;
  readonly #history: History;
  readonly #metrics: RealtimeMetrics;
  readonly #logger: Logger;
  readonly #stopped = new AbortController();
  #following = new AbortController();
  #live = false;
  #started = false;
  #lastSequence = 0;
  #lastFrame: Frame | null = null;
  #warmUpTo = 0;
  readonly #ready = Promise.withResolvers<void>();

  constructor(stream: ScoreStream, breaker: Breaker, history: History, metrics: RealtimeMetrics, logger: Logger) {
    this.#stream = stream;
    this.#breaker = breaker;
    this.#history = history;
    this.#metrics = metrics;
    this.#logger = logger;
  }

  /** Whether the stream answered within the last second or two. */
  get live(): boolean {
    return this.#live;
  }

  /** Resolves when what was in the stream at the start has been read: only then can screens join. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Messages of the stream, of all tenants, not read yet. */
  get behind(): number {
    return Math.max(0, this.#lastSequence - this.#history.head);
  }

  /** @throws DependencyUnavailable while the broker is away. */
  async bounds(): Promise<StreamBounds> {
    const bounds = await this.#breaker.call(() => this.#stream.bounds());
    this.#lastSequence = bounds.lastSequence;
    return bounds;
  }

  /** Follows the stream until `stop`; resolves after it. */
  async run(listener: FeedListener): Promise<void> {
    await Promise.all([this.#followForEver(listener), this.#watchForEver(listener)]);
  }

  stop(): void {
    this.#stopped.abort();
  }

  async #followForEver(listener: FeedListener): Promise<void> {
    for (let attempt = 1; !this.#stopped.signal.aborted; attempt += 1) {
      try {
        if (this.#started) await this.#checkContinuity(listener);
        else await this.#start();
        this.#following = new AbortController();
        const signal = AbortSignal.any([this.#stopped.signal, this.#following.signal]);
        for await (const message of this.#stream.follow(this.#history.head, signal)) {
          if (signal.aborted) break;
          attempt = 0;
          this.#accept(message, listener);
        }
      } catch (error) {
        this.#logger.warn({ err: error }, 'cannot read the stream of scores, trying again');
      }
      await this.#pause(fullJitter(attempt, RETRY));
    }
  }

  async #start(): Promise<void> {
    const { firstSequence, lastSequence } = await this.bounds();
    this.#begin(Math.max(firstSequence - 1, lastSequence - WARM_UP_MESSAGES, 0), lastSequence);
  }

  /** @param warmUpTo Newest sequence now: screens join when it has been read. */
  #begin(after: number, warmUpTo: number): void {
    this.#history.restart(after);
    this.#lastFrame = null;
    this.#started = true;
    this.#warmUpTo = warmUpTo;
    this.#readyWhenWarm();
  }

  /**
   * A broker that was killed may have lost the newest messages and given their sequences to others by now: going on
   * from the head would then skip those.
   */
  async #checkContinuity(listener: FeedListener): Promise<void> {
    const head = this.#history.head;
    const { firstSequence, lastSequence } = await this.bounds();
    const last = this.#lastFrame;
    if (lastSequence >= head && (last === null || last.sequence < firstSequence)) return;
    if (lastSequence >= head && last !== null && (await this.#stillHolds(last))) return;
    this.#startOver(lastSequence, listener);
  }

  async #stillHolds(frame: Frame): Promise<boolean> {
    const { messages } = await this.#stream.read(frame.tenantId, frame.sequence - 1, frame.sequence);
    return messages[0] !== undefined && frame.holds(messages[0].leadsJson);
  }

  #readyWhenWarm(): void {
    if (this.#history.head >= this.#warmUpTo) this.#ready.resolve();
  }

  #accept(message: ScoreMessage, listener: FeedListener): void {
    this.#lastSequence = Math.max(this.#lastSequence, message.sequence);
    const frame = Frame.from(message);
    if (frame === null) {
      this.#metrics.unreadable.inc();
      this.#logger.error({ sequence: message.sequence }, 'a message of the stream of scores cannot be passed on');
      this.#history.skip(message.sequence);
    } else {
      this.#history.append(frame);
      this.#lastFrame = frame;
      listener.frame(frame);
    }
    this.#readyWhenWarm();
  }

  async #watchForEver(listener: FeedListener): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      const live = await this.#look(listener);
      if (live !== this.#live) {
        this.#live = live;
        listener.liveChanged(live);
      }
      await this.#pause(WATCH_EVERY_MS);
    }
  }

  /** @returns Whether the stream answered. */
  async #look(listener: FeedListener): Promise<boolean> {
    try {
      // Read before asking: messages that come while the answer is under way are no sign of a shorter stream.
      const head = this.#history.head;
      const { lastSequence } = await this.bounds();
      if (this.#started && lastSequence < head) this.#startOver(lastSequence, listener);
      return this.#started;
    } catch (error) {
      if (this.#live) this.#logger.warn({ err: error }, 'the stream of scores does not answer');
      return false;
    }
  }

  /** The stream was deleted and made again, or its broker lost its end: the same sequences will carry other scores. */
  #startOver(lastSequence: number, listener: FeedListener): void {
    this.#logger.warn({ lastSequence, head: this.#history.head }, 'the stream of scores starts over');
    this.#begin(lastSequence, lastSequence);
    this.#following.abort();
    listener.startedOver();
  }

  async #pause(delayMs: number): Promise<void> {
    const { signal } = this.#stopped;
    try {
      await wait(delayMs, undefined, { signal, ref: false });
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

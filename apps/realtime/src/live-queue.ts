import type { IncomingMessage } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Breaker } from '@hub/resilience';
import type { Logger, Tracing } from '@hub/telemetry';
import type { BeforeApplicationShutdown, OnApplicationBootstrap } from '@nestjs/common';
import { admit, type Admitted, type DoorRules, knockOf, type Refusal, refuse } from './admission.ts';
import { Feed, type FeedListener } from './feed.ts';
import type { Frame } from './frame.ts';
import { History, type HistoryLimits } from './history.ts';
import { Join } from './join.ts';
import type { Line } from './line.ts';
import type { RealtimeMetrics } from './metrics.ts';
import { Pulse } from './pulse.ts';
import type { PushTally } from './push-tally.ts';
import type { ScoreStream } from './score-stream.ts';
import { Screen, type SlowLimits } from './screen.ts';
import { type ScreenLimits, Screens } from './screens.ts';

const GOODBYE_MS = 2_000;
const GOODBYE_POLL_MS = 20;

export interface LiveQueueSettings {
  readonly door: DoorRules;
  readonly screens: ScreenLimits;
  readonly slow: SlowLimits;
  readonly history: HistoryLimits;
  readonly beatMs: number;
}

export interface LiveQueueParts {
  readonly stream: ScoreStream;
  readonly breaker: Breaker;
  readonly settings: LiveQueueSettings;
  readonly metrics: RealtimeMetrics;
  readonly tally: Pick<PushTally, 'pushed'>;
  readonly tracing: Pick<Tracing, 'beginForMany'>;
  readonly logger: Logger;
  readonly nowMs: () => number;
}

/** The running whole: one feed of scores, its recent history, and the screens that follow it. */
export class LiveQueue implements FeedListener, OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #parts: LiveQueueParts;
  readonly #history: History;
  readonly #feed: Feed;
  readonly #screens: Screens;
  readonly #join: Join;
  readonly #pulse: Pulse;
  #running: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(parts: LiveQueueParts) {
    const { stream, settings, metrics, logger, nowMs } = parts;
    this.#parts = parts;
    this.#history = new History(settings.history);
    this.#feed = new Feed(stream, parts.breaker, this.#history, metrics, logger);
    this.#screens = new Screens(settings.screens, parts);
    this.#join = new Join(stream, this.#feed, this.#history, metrics, logger, (screen) => this.#greet(screen));
    this.#pulse = new Pulse(this.#screens, this.#feed, this.#history, settings.beatMs, nowMs);
  }

  onApplicationBootstrap(): void {
    this.#running = this.#feed.run(this);
    this.#pulse.start();
  }

  /**
   * Whether the one who asks gets a stream: from a page of ours, signed in, to a tenant of theirs, and there is room.
   * @param request Read for its URL and headers only.
   */
  admit(request: IncomingMessage): Admitted | Refusal {
    if (this.#closing) return refuse(503, 'restarting', 'restarting, try again in a moment');
    const admission = admit(knockOf(request), this.#parts.settings.door, this.#parts.nowMs());
    if (!admission.admitted) return admission;
    const room = this.#screens.roomFor(admission.session.userId);
    if (room === 'processFull') return refuse(503, 'full', 'too many screens are connected, try again in a moment');
    if (room === 'userFull') return refuse(429, 'tooManyScreens', 'you have too many screens open: close some');
    return admission;
  }

  /** Keeps a screen up to date until its line closes. */
  open(line: Line, { session, tenantId, after }: Admitted): void {
    const { settings, metrics, logger, nowMs } = this.#parts;
    const viewer = { tenantId, userId: session.userId, sessionExpiresAtMs: session.expiresAtMs };
    const screen = new Screen(line, viewer, after ?? this.#history.head, { limits: settings.slow, metrics, nowMs });
    this.#screens.add(screen);
    line.socket.once('close', () => this.#screens.remove(screen));
    this.#join.run(screen, after).then(
      () => this.#pulse.beatFirst(screen),
      (error: unknown) => {
        logger.error({ err: error }, 'a screen could not join');
        screen.drop('failed');
      },
    );
  }

  #greet(screen: Screen): void {
    const serverNowMs = this.#parts.nowMs();
    screen.notify({ type: 'hello', serverNowMs, sequence: screen.position, live: this.#feed.live });
  }

  frame(frame: Frame): void {
    this.#screens.push(frame);
  }

  startedOver(): void {
    this.#screens.discardWaiting();
    for (const screen of this.#screens) {
      // What is on its way to a screen that catches up belongs to the old sequences: it comes back and asks again.
      if (screen.isCatchingUp) screen.drop('restarting');
      else screen.startOver('unknownSequence', this.#history.head);
    }
  }

  liveChanged(): void {
    this.#pulse.beatAll();
  }

  /** Before the server closes: asks every screen to come back, and waits until they have left. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#closing = true;
    this.#pulse.stop();
    this.#feed.stop();
    this.#screens.flush();
    for (const screen of this.#screens) screen.farewell('restarting');
    const deadline = AbortSignal.timeout(GOODBYE_MS);
    while (this.#screens.size > 0 && !deadline.aborted) await wait(GOODBYE_POLL_MS);
    for (const screen of this.#screens) screen.drop('restarting');
    await this.#running;
  }
}

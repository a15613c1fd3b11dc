import type { Feed } from './feed.ts';
import type { History } from './history.ts';
import type { Screen } from './screen.ts';
import type { Screens } from './screens.ts';
import type { Notice, Wire } from './wire.ts';

/** Often enough that beats of many screens spread out instead of stopping everything every few seconds. */
const TICKS_PER_BEAT = 20;

/** Tells each screen regularly that it is up to date, and ends those that are too slow or no longer signed in. */
export class Pulse {
  readonly #screens: Screens;
  readonly #feed: Feed;
  readonly #history: History;
  readonly #beatMs: number;
  readonly #nowMs: () => number;
  #timer: NodeJS.Timeout | undefined;

  constructor(screens: Screens, feed: Feed, history: History, beatMs: number, nowMs: () => number) {
    this.#screens = screens;
    this.#feed = feed;
    this.#history = history;
    this.#beatMs = beatMs;
    this.#nowMs = nowMs;
  }

  start(): void {
    this.#timer = setInterval(() => this.#tick(), this.#beatMs / TICKS_PER_BEAT);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Beats for a screen that has just become live, which so learns that it is. */
  beatFirst(screen: Screen): void {
    this.#beat([screen]);
  }

  /** Beats for everybody now: what they were told last is no longer true. */
  beatAll(): void {
    this.#beat([...this.#screens]);
  }

  #tick(): void {
    const nowMs = this.#nowMs();
    const due: Screen[] = [];
    for (const screen of this.#screens) {
      if (nowMs >= screen.viewer.sessionExpiresAtMs) screen.farewell('expired');
      else if (screen.isOverdue(nowMs)) screen.drop('slow');
      else if (nowMs - screen.lastBeatMs >= this.#beatMs) due.push(screen);
    }
    this.#beat(due);
  }

  #beat(screens: readonly Screen[]): void {
    if (screens.length === 0) return;
    // The beat says "you have everything up to the head": what waits for the end of the turn goes first.
    this.#screens.flush();
    const { head } = this.#history;
    const noticeAt = (sequence: number): Notice => ({
      type: 'beat',
      serverNowMs: this.#nowMs(),
      sequence,
      behind: this.#feed.behind,
      live: this.#feed.live,
    });
    const shared = encodedOnce(noticeAt(head));
    for (const screen of screens) screen.beat(head, shared, noticeAt);
  }
}

function encodedOnce(notice: Notice): (wire: Wire) => Buffer {
  const encoded: { sse?: Buffer; ws?: Buffer } = {};
  return (wire) => (encoded[wire.transport] ??= wire.notice(notice));
}

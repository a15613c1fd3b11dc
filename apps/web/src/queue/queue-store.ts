import type { HubApi, LeadsPage } from '../api/hub-api.ts';
import type { Row } from '../api/rows.ts';
import { pause } from '../pause.ts';
import type { Stream } from '../stream/event-stream.ts';
import { afterLoss, afterMessage, type Link, UNCONNECTED } from '../stream/link.ts';
import type { StreamMessage } from '../stream/messages.ts';
import { type ClockReadings, offsetOf, withReading } from '../stream/server-clock.ts';
import { openStream } from '../stream/shared-stream.ts';
import { streamUrl } from '../stream/stream-url.ts';
import { type News, newsWith, newsWords, NO_NEWS } from './announcement.ts';
import {
  completed,
  emptyQueue,
  type QueueState,
  startedOver,
  withChangesApplied,
  withHold,
  withRows,
  withView,
} from './queue-state.ts';
import type { View } from './views.ts';

/** Everything the page draws of a tenant's queue. */
export interface QueueSnapshot {
  readonly queue: QueueState;
  readonly link: Link;
  /** How far the server's clock is ahead of this one, in ms. */
  readonly clockOffsetMs: number;
  /** Why the list could not be fetched, while it is tried again. */
  readonly problem: string | null;
}

export interface QueueOrigin {
  readonly api: HubApi;
  readonly tenantId: string;
  readonly realtimeUrl: string;
  readonly onSignedOut: () => void;
}

/** The most the API gives at once. */
const PAGE_ROWS = 500;
const RETRY = { baseMs: 500, capMs: 8_000 };

/**
 * Keeps the queue of a tenant up to date: fetches the list, then follows the stream from where the list ended, and
 * fetches anew when the stream cannot be continued. What arrives between two frames is drawn at once.
 */
export class QueueStore {
  readonly #origin: QueueOrigin;
  readonly #stream: Stream;
  readonly #listeners = new Set<() => void>();
  #snapshot: QueueSnapshot;
  #link: Link = UNCONNECTED;
  #clock: ClockReadings = [];
  /** The newest version of each lead that came since the last frame; in a hidden tab no frame comes for hours. */
  readonly #waiting = new Map<string, Row>();
  #news: News = NO_NEWS;
  #frame: number | null = null;
  /** Everything of the stream up to here has been taken in; null before anything was. */
  #position: number | null = null;
  #load = new AbortController();
  #streaming = false;

  constructor(origin: QueueOrigin, view: View) {
    this.#origin = origin;
    this.#snapshot = { queue: emptyQueue(view), link: UNCONNECTED, clockOffsetMs: 0, problem: null };
    const { tenantId, realtimeUrl, api, onSignedOut } = origin;
    this.#stream = openStream(
      `hub:${realtimeUrl}:${tenantId}`,
      {
        urlAfter: (after) => streamUrl(realtimeUrl, tenantId, after),
        position: () => this.#position,
        mayReconnect: async () => {
          const answer = await api.me();
          if (answer.kind === 'signedOut') onSignedOut();
          return answer.kind !== 'signedOut';
        },
      },
      { message: (message) => this.#take(message), lost: () => this.#setLink(afterLoss(this.#link)) },
    );
  }

  start(): void {
    void this.#fetchList();
  }

  close(): void {
    this.#load.abort();
    this.#stream.close();
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): QueueSnapshot => this.#snapshot;

  setView(view: View): void {
    if (view !== this.#snapshot.queue.view) this.#update({ queue: withView(this.#snapshot.queue, view) });
  }

  hold(held: boolean): void {
    this.#update({ queue: withHold(this.#snapshot.queue, held) });
  }

  applyChanges(): void {
    this.#update({ queue: withChangesApplied(this.#snapshot.queue) });
  }

  /** Tries again at once to fetch the list. */
  retry(): void {
    void this.#fetchList();
  }

  /** What to tell those who listen to the page, once; null when there is nothing. */
  takeNews(): string | null {
    const words = newsWords(this.#news);
    this.#news = NO_NEWS;
    return words;
  }

  /** Fetches page after page; rows that move between pages meanwhile come by the stream, which starts after the first. */
  async #fetchList(): Promise<void> {
    this.#load.abort();
    const load = new AbortController();
    this.#load = load;
    let cursor: string | null = null;
    do {
      const page: LeadsPage | null = await this.#fetchPage(cursor, load.signal);
      if (page === null) return;
      this.#clock = withReading(this.#clock, page.serverNowMs, Date.now());
      this.#keep(page.rows);
      if (!this.#streaming) {
        this.#streaming = true;
        this.#position = Math.max(this.#position ?? 0, page.sequence);
        this.#stream.start();
      }
      this.#draw();
      cursor = page.nextCursor;
    } while (cursor !== null);
    this.#update({ queue: completed(this.#snapshot.queue) });
  }

  /** @returns null when signed out, or when this load was given up. */
  async #fetchPage(cursor: string | null, signal: AbortSignal): Promise<LeadsPage | null> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#origin.api.leads(this.#origin.tenantId, PAGE_ROWS, cursor, signal);
      if (signal.aborted) return null;
      if (answer.kind === 'signedOut') {
        this.#origin.onSignedOut();
        return null;
      }
      if (answer.kind === 'ok') {
        if (this.#snapshot.problem !== null) this.#update({ problem: null });
        return answer.value;
      }
      this.#update({ problem: answer.kind === 'failed' ? answer.message : 'This account is not yours, or is gone.' });
      await pause(Math.random() * Math.min(RETRY.capMs, RETRY.baseMs * 2 ** attempt));
      if (signal.aborted) return null;
    }
  }

  #take(message: StreamMessage): void {
    const nowMs = Date.now();
    if (message.kind === 'hello' || message.kind === 'beat') {
      this.#clock = withReading(this.#clock, message.serverNowMs, nowMs);
    }
    if (message.kind === 'scores') this.#keep(message.rows);
    if (message.kind === 'reset') {
      this.#position = message.sequence ?? this.#position;
      this.#draw();
      this.#update({ queue: startedOver(this.#snapshot.queue) });
      void this.#fetchList();
    } else {
      this.#position = Math.max(this.#position ?? 0, message.sequence);
    }
    this.#setLink(afterMessage(this.#link, message, nowMs));
  }

  #keep(rows: readonly Row[]): void {
    for (const row of rows) {
      if (row.version > (this.#waiting.get(row.leadId)?.version ?? 0)) this.#waiting.set(row.leadId, row);
    }
  }

  #setLink(link: Link): void {
    this.#link = link;
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  /** Takes in everything that waits, at most once per frame. */
  #draw(): void {
    if (this.#frame !== null) cancelAnimationFrame(this.#frame);
    this.#frame = null;
    const { queue } = this.#snapshot;
    const rows = [...this.#waiting.values()];
    this.#waiting.clear();
    if (queue.complete) this.#news = newsWith(this.#news, queue.rows, rows);
    const next = withRows(queue, rows);
    this.#update({ queue: next, link: this.#link, clockOffsetMs: offsetOf(this.#clock) });
  }

  #update(part: Partial<QueueSnapshot>): void {
    this.#snapshot = { ...this.#snapshot, ...part };
    for (const listener of this.#listeners) listener();
  }
}

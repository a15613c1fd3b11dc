import { UnreadableMessage } from '@hub/contracts';
import { Conflation } from './conflation.ts';
import type { Batch, Frame } from './frame.ts';
import type { Farewell, Line } from './line.ts';
import type { RealtimeMetrics } from './metrics.ts';
import { leadsJson, type Notice, type ResetReason, type Wire } from './wire.ts';

export interface Viewer {
  readonly tenantId: string;
  readonly userId: string;
  readonly sessionExpiresAtMs: number;
}

export interface SlowLimits {
  /** Unsent bytes above which a screen gets the latest value per lead only. */
  readonly maxUnsentBytes: number;
  /** Leads that may wait for a slow screen. */
  readonly maxWaitingLeads: number;
  /** Longest a screen may stay above `maxUnsentBytes` without taking all of it, in ms. */
  readonly maxFullMs: number;
}

/** What all screens of a process share. */
export interface ScreenContext {
  readonly limits: SlowLimits;
  readonly metrics: RealtimeMetrics;
  readonly nowMs: () => number;
}

type Mode =
  | { readonly at: 'catchingUp'; readonly fullSinceMs: number | null }
  | { readonly at: 'live' }
  | { readonly at: 'slow'; readonly fullSinceMs: number; readonly waiting: Conflation };

/** `left`: it closed the connection itself. `failed`: an error of ours. */
export type LeaveReason = 'left' | 'slow' | 'expired' | 'restarting' | 'failed';

/** One connected screen: writes to its line, and knows how far it has got. */
export class Screen {
  readonly viewer: Viewer;
  readonly #line: Line;
  readonly #context: ScreenContext;
  #mode: Mode = { at: 'catchingUp', fullSinceMs: null };
  #position: number;
  #lastBeatMs: number;
  #leaving: LeaveReason = 'left';

  /** @param position Sequence up to which the screen has everything. */
  constructor(line: Line, viewer: Viewer, position: number, context: ScreenContext) {
    this.viewer = viewer;
    this.#line = line;
    this.#position = position;
    this.#context = context;
    this.#lastBeatMs = context.nowMs();
    line.socket.on('drain', () => this.#drained());
  }

  get transport(): Wire['transport'] {
    return this.#line.wire.transport;
  }

  get position(): number {
    return this.#position;
  }

  get lastBeatMs(): number {
    return this.#lastBeatMs;
  }

  get isOpen(): boolean {
    return this.#line.socket.writable;
  }

  get isCatchingUp(): boolean {
    return this.#mode.at === 'catchingUp';
  }

  /** Why the connection ends, as far as this side has a part in it. */
  get leaving(): LeaveReason {
    return this.#leaving;
  }

  /** Sends what the screen misses of these, one by one: their buffers are shared with other screens. */
  replay(frames: readonly Frame[]): void {
    this.#line.socket.cork();
    for (const frame of frames) {
      if (frame.sequence <= this.#position) continue;
      this.#write(frame.encoded(this.#line.wire));
      this.#position = frame.sequence;
    }
    this.#line.socket.uncork();
  }

  /** While catching up: resolves when there is room for more, or nobody left to send it to. */
  async roomToWrite(): Promise<void> {
    if (!this.#isFull || !this.isOpen) return;
    this.#mode = { at: 'catchingUp', fullSinceMs: this.#context.nowMs() };
    await new Promise<void>((resolve) => {
      this.#line.socket.once('drain', resolve).once('close', resolve);
    });
    this.#mode = { at: 'catchingUp', fullSinceMs: null };
  }

  /** While catching up, where no frame says so: nothing up to `sequence` is owed to the screen. */
  moveTo(sequence: number): void {
    this.#position = sequence;
  }

  /** From now on `deliver` brings everything. */
  goLive(): void {
    this.#mode = { at: 'live' };
    this.#slowDownWhenFull();
  }

  /** Tells the screen to fetch everything anew, and goes on from `sequence`. */
  startOver(reason: ResetReason, sequence: number): void {
    this.#position = sequence;
    this.notify({ type: 'reset', reason, sequence });
    this.goLive();
  }

  deliver(batch: Batch): void {
    if (this.#mode.at === 'catchingUp') return;
    if (this.#mode.at === 'slow') {
      this.#keepLatest(this.#mode.waiting, batch);
      return;
    }
    if (batch.firstSequence > this.#position) {
      this.#write(batch.encoded(this.#line.wire));
      this.#position = batch.lastSequence;
    } else {
      this.replay(batch.frames);
    }
    this.#slowDownWhenFull();
  }

  notify(notice: Notice): void {
    this.#write(this.#line.wire.notice(notice));
  }

  /**
   * Tells the screen that it has everything up to `head`. One that is not there yet is told its own position; a slow
   * one nothing, since more has still to reach it.
   * @param shared The beat for `head`, encoded once for all.
   * @param own The beat for another position.
   */
  beat(head: number, shared: (wire: Wire) => Buffer, own: (sequence: number) => Notice): void {
    this.#lastBeatMs = this.#context.nowMs();
    if (this.#mode.at === 'slow') return;
    if (this.#mode.at === 'catchingUp' || this.#position > head) {
      this.notify(own(this.#position));
      return;
    }
    this.#write(shared(this.#line.wire));
    this.#position = head;
  }

  /** Whether it has been without room for longer than a screen may be. */
  isOverdue(nowMs: number): boolean {
    if (this.#mode.at === 'live' || this.#mode.fullSinceMs === null) return false;
    return nowMs - this.#mode.fullSinceMs > this.#context.limits.maxFullMs;
  }

  farewell(why: Farewell): void {
    this.#leaving = why;
    this.#line.farewell(why);
  }

  /** Ends the connection without a word: there is no room for one. The screen resumes at its position. */
  drop(why: LeaveReason): void {
    this.#leaving = why;
    this.#line.socket.destroy();
  }

  get #isFull(): boolean {
    return this.#line.socket.writableLength > this.#context.limits.maxUnsentBytes;
  }

  #write(bytes: Buffer): void {
    if (!this.isOpen) return;
    this.#line.socket.write(bytes);
    this.#context.metrics.sent(this.transport, bytes.length);
  }

  #slowDownWhenFull(): void {
    if (!this.#isFull) return;
    this.#mode = { at: 'slow', fullSinceMs: this.#context.nowMs(), waiting: new Conflation() };
    this.#context.metrics.conflations.inc();
  }

  #keepLatest(waiting: Conflation, batch: Batch): void {
    for (const frame of batch.frames) {
      if (frame.sequence <= this.#position) continue;
      try {
        waiting.add(frame);
      } catch (error) {
        // Others get it unread; here it cannot be merged, and no later try will change that.
        if (!(error instanceof UnreadableMessage)) throw error;
        this.#context.metrics.unreadable.inc();
      }
    }
    if (waiting.size > this.#context.limits.maxWaitingLeads) this.drop('slow');
  }

  #drained(): void {
    if (this.#mode.at !== 'slow') return;
    const latest = this.#mode.waiting.take();
    this.#mode = { at: 'live' };
    if (latest === null) return;
    this.#write(this.#line.wire.scores(latest.sequence, leadsJson(latest.leads)));
    this.#position = latest.sequence;
    this.#slowDownWhenFull();
  }
}

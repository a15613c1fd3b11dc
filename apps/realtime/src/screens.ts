import type { Span, Tracing } from '@hub/telemetry';
import { Batch, type Frame } from './frame.ts';
import type { RealtimeMetrics } from './metrics.ts';
import type { PushTally } from './push-tally.ts';
import type { Screen } from './screen.ts';

export interface ScreenLimits {
  readonly maxScreens: number;
  readonly maxScreensPerUser: number;
}

export interface ScreensParts {
  readonly metrics: RealtimeMetrics;
  readonly tally: Pick<PushTally, 'pushed'>;
  readonly tracing: Pick<Tracing, 'beginForMany'>;
  readonly nowMs: () => number;
}

/** Whether one more screen may connect. */
export type Room = 'free' | 'processFull' | 'userFull';

const SAMPLE_EVERY_MS = 100;

/** The connected screens by tenant, and the frames that wait to be written to them together. */
export class Screens implements Iterable<Screen> {
  readonly #limits: ScreenLimits;
  readonly #metrics: RealtimeMetrics;
  readonly #tally: Pick<PushTally, 'pushed'>;
  readonly #tracing: Pick<Tracing, 'beginForMany'>;
  readonly #nowMs: () => number;
  readonly #byTenant = new Map<string, Set<Screen>>();
  readonly #perUser = new Map<string, number>();
  readonly #waiting = new Map<string, [Frame, ...Frame[]]>();
  #size = 0;
  #sampledAtMs = 0;

  constructor(limits: ScreenLimits, { metrics, tally, tracing, nowMs }: ScreensParts) {
    this.#limits = limits;
    this.#metrics = metrics;
    this.#tally = tally;
    this.#tracing = tracing;
    this.#nowMs = nowMs;
  }

  get size(): number {
    return this.#size;
  }

  *[Symbol.iterator](): Iterator<Screen> {
    for (const screens of this.#byTenant.values()) yield* screens;
  }

  roomFor(userId: string): Room {
    if (this.#size >= this.#limits.maxScreens) return 'processFull';
    return (this.#perUser.get(userId) ?? 0) >= this.#limits.maxScreensPerUser ? 'userFull' : 'free';
  }

  add(screen: Screen): void {
    const { tenantId, userId } = screen.viewer;
    const screens = this.#byTenant.get(tenantId) ?? new Set();
    this.#byTenant.set(tenantId, screens.add(screen));
    this.#perUser.set(userId, (this.#perUser.get(userId) ?? 0) + 1);
    this.#size += 1;
    this.#metrics.screens.inc({ transport: screen.transport });
  }

  remove(screen: Screen): void {
    const { tenantId, userId } = screen.viewer;
    const screens = this.#byTenant.get(tenantId);
    if (screens?.delete(screen) !== true) return;
    if (screens.size === 0) this.#byTenant.delete(tenantId);
    const left = (this.#perUser.get(userId) ?? 0) - 1;
    if (left > 0) this.#perUser.set(userId, left);
    else this.#perUser.delete(userId);
    this.#size -= 1;
    this.#metrics.screens.dec({ transport: screen.transport });
    this.#metrics.departures.inc({ reason: screen.leaving });
  }

  /**
   * Writes a frame to the tenant's screens at the end of this turn of the event loop, together with what else
   * arrives in it: a system call per screen and turn, not per screen and frame.
   */
  push(frame: Frame): void {
    if (!this.#byTenant.has(frame.tenantId)) return;
    const waiting = this.#waiting.get(frame.tenantId);
    if (waiting !== undefined) {
      waiting.push(frame);
      return;
    }
    if (this.#waiting.size === 0) setImmediate(() => this.flush());
    this.#waiting.set(frame.tenantId, [frame]);
  }

  /** Writes now what waits. */
  flush(): void {
    for (const [tenantId, frames] of this.#waiting) {
      const batch = new Batch(frames);
      const screens = this.#byTenant.get(tenantId) ?? new Set();
      const span = this.#beginSpan(frames, screens.size);
      for (const screen of screens) screen.deliver(batch);
      span?.end();
      this.#tally.pushed(frames, this.#nowMs());
      this.#sampleAge(frames[0]);
    }
    this.#waiting.clear();
  }

  #beginSpan(frames: readonly Frame[], screens: number): Span | null {
    return this.#tracing.beginForMany('scores push', {
      kind: 'consumer',
      traceparents: () => frames.map(({ traceparent }) => traceparent),
      attributes: { 'messaging.batch.message_count': frames.length, 'hub.screens': screens },
    });
  }

  /** Forgets what waits: its sequences mean nothing any more. */
  discardWaiting(): void {
    this.#waiting.clear();
  }

  /** Reading a frame costs more than sending it, so only some are. */
  #sampleAge(frame: Frame): void {
    const nowMs = this.#nowMs();
    if (nowMs - this.#sampledAtMs < SAMPLE_EVERY_MS) return;
    this.#sampledAtMs = nowMs;
    const decidedAtMs = frame.scoredAtMs();
    if (decidedAtMs !== null) this.#metrics.ageAtPush.observe(Math.max(0, nowMs - decidedAtMs) / 1000);
  }
}

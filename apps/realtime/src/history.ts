import type { Frame } from './frame.ts';

export interface HistoryLimits {
  readonly maxFramesPerTenant: number;
  readonly maxBytesPerTenant: number;
  readonly maxBytes: number;
}

interface Ring {
  /** Every frame of the tenant above this sequence, up to the head, is here. */
  floor: number;
  bytes: number;
  readonly frames: Frame[];
}

/** The latest frames of each tenant, so that most screens resume without asking the broker. */
export class History {
  readonly #limits: HistoryLimits;
  /** The tenant that was quiet longest comes first. */
  readonly #rings = new Map<string, Ring>();
  #bytes = 0;
  #floor = 0;
  #head = 0;

  constructor(limits: HistoryLimits) {
    this.#limits = limits;
  }

  /** Sequence of the newest frame seen, of any tenant. */
  get head(): number {
    return this.#head;
  }

  get bytes(): number {
    return this.#bytes;
  }

  append(frame: Frame): void {
    const ring = this.#rings.get(frame.tenantId) ?? { floor: this.#floor, bytes: 0, frames: [] };
    this.#rings.delete(frame.tenantId);
    this.#rings.set(frame.tenantId, ring);
    ring.frames.push(frame);
    ring.bytes += frame.bytes;
    this.#bytes += frame.bytes;
    this.#head = frame.sequence;
    while (ring.frames.length > this.#limits.maxFramesPerTenant || ring.bytes > this.#limits.maxBytesPerTenant) {
      this.#dropOldest(ring);
    }
    while (this.#bytes > this.#limits.maxBytes) this.#forgetQuietest();
  }

  /** Notes that the stream was read up to `sequence`, though nothing there could be kept. */
  skip(sequence: number): void {
    this.#head = sequence;
  }

  /**
   * Frames of a tenant after a sequence.
   * @returns null when some of them are no longer here: read the stream instead.
   */
  since(tenantId: string, after: number): readonly Frame[] | null {
    const ring = this.#rings.get(tenantId);
    if (after < (ring?.floor ?? this.#floor)) return null;
    if (ring === undefined) return [];
    const newest = ring.frames.findLastIndex((frame) => frame.sequence <= after);
    return ring.frames.slice(newest + 1);
  }

  /** Forgets everything: frames will come after `sequence`. */
  restart(sequence: number): void {
    this.#rings.clear();
    this.#bytes = 0;
    this.#floor = sequence;
    this.#head = sequence;
  }

  #dropOldest(ring: Ring): void {
    const dropped = ring.frames.shift();
    if (dropped === undefined) return;
    ring.floor = dropped.sequence;
    ring.bytes -= dropped.bytes;
    this.#bytes -= dropped.bytes;
  }

  #forgetQuietest(): void {
    for (const [tenantId, ring] of this.#rings) {
      this.#rings.delete(tenantId);
      this.#bytes -= ring.bytes;
      // A tenant without a ring is covered from here on only.
      this.#floor = Math.max(this.#floor, ring.frames.at(-1)?.sequence ?? ring.floor);
      return;
    }
  }
}

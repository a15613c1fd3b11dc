export interface AllowanceLimits {
  /** Within any one minute by the clock. */
  readonly webhooksPerMinute: number;
  readonly bytesPerMinute: number;
  /** Until `renew`. */
  readonly bytesInAll: number;
}

const MINUTE_MS = 60_000;

/** How much of what nobody can vouch for is kept: little enough that a stranger who floods us gains nothing. */
export class Allowance {
  readonly #limits: AllowanceLimits;
  #minute = -1;
  #webhooks = 0;
  #bytes = 0;
  #bytesInAll = 0;

  constructor(limits: AllowanceLimits) {
    this.#limits = limits;
  }

  /** Takes room for one webhook; false when there is none. */
  take(bytes: number, nowMs: number): boolean {
    const minute = Math.floor(nowMs / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#webhooks = 0;
      this.#bytes = 0;
    }
    const { webhooksPerMinute, bytesPerMinute, bytesInAll } = this.#limits;
    if (this.#webhooks >= webhooksPerMinute) return false;
    if (this.#bytes + bytes > bytesPerMinute || this.#bytesInAll + bytes > bytesInAll) return false;
    this.#webhooks += 1;
    this.#bytes += bytes;
    this.#bytesInAll += bytes;
    return true;
  }

  renew(): void {
    this.#bytesInAll = 0;
  }
}

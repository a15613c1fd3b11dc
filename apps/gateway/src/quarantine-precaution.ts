import type { Source, SourceRequest } from '@hub/sources';
import type { KnownTenants } from './known-tenants.ts';
import { Allowance, type AllowanceLimits } from './quarantine-allowance.ts';

const MIB = 1_048_576;
const DAY_MS = 86_400_000;

export interface PrecautionLimits {
  /** Bodies that are read to see whose they claim to be: what strangers may cost us. */
  readonly looks: AllowanceLimits;
  /** Within any one day by the clock, as are the next. */
  readonly bytesOfTenant: number;
  readonly bytesInAll: number;
}

export const PRECAUTION: PrecautionLimits = {
  looks: { webhooksPerMinute: 10_000, bytesPerMinute: 16 * MIB, bytesInAll: Number.POSITIVE_INFINITY },
  bytesOfTenant: MIB,
  bytesInAll: 16 * MIB,
};

/**
 * What is kept of a source before it is suspect, so that the first webhooks after a change of its key are not lost to a
 * sender that gives up on 401. Anybody can make a well-formed signature: something else must speak for the request, and one
 * tenant's room cannot be used up in the name of others.
 */
export class Precaution {
  readonly #known: Pick<KnownTenants, 'has'>;
  readonly #limits: PrecautionLimits;
  readonly #looks: Allowance;
  readonly #bytesOf = new Map<string, number>();
  #day = -1;
  #bytes = 0;

  constructor(known: Pick<KnownTenants, 'has'>, limits: PrecautionLimits = PRECAUTION) {
    this.#known = known;
    this.#limits = limits;
    this.#looks = new Allowance(limits.looks);
  }

  /**
   * The tenant for whom a request with a signature that no key made is worth keeping; null when nothing speaks for it, or too
   * much was looked at this minute. GoHighLevel's address is public: the body must name a tenant whose signed webhooks we have
   * had. That of a configured source is random and known to its sender alone.
   */
  vouchedTenant(source: Source, request: SourceRequest): string | null {
    if (!this.#looks.take(request.body.length, request.nowMs)) return null;
    const tenantId = source.read(request)[0]?.tenantId ?? null;
    if (tenantId === null || source.kind !== 'ghl') return tenantId;
    return this.#known.has(tenantId) ? tenantId : null;
  }

  /** Takes room for one webhook; false when there is none left today. */
  take(tenantId: string, bytes: number, nowMs: number): boolean {
    this.#turnTo(Math.floor(nowMs / DAY_MS));
    const ofTenant = (this.#bytesOf.get(tenantId) ?? 0) + bytes;
    if (ofTenant > this.#limits.bytesOfTenant || this.#bytes + bytes > this.#limits.bytesInAll) return false;
    this.#bytesOf.set(tenantId, ofTenant);
    this.#bytes += bytes;
    return true;
  }

  #turnTo(day: number): void {
    if (day === this.#day) return;
    this.#day = day;
    this.#bytes = 0;
    this.#bytesOf.clear();
  }
}

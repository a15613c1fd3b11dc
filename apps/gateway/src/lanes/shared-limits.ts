import type { LaneChooser } from './lane-chooser.ts';

/** Running totals of what all gateways let in, by tenant. */
export interface SharedTotals {
  /** Adds to them. @returns The totals with that. @throws when they are out of reach: some may have been added. */
  add(counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>>;
}

interface Watched {
  /** As it was seen last. */
  readonly total: number;
  readonly lastUsedUs: number;
}

/** A tenant that sent nothing here for so long is not looked after any more. */
const WATCH_US = 10_000_000;
/** Most tenants that are looked after while they send nothing. */
const MAX_WATCHED = 5_000;

/**
 * Gateways that share a tenant's limit tell each other afterwards what they let in, and each charges what the others did
 * to its own memory. So together they exceed the limit by what they let in between two rounds, once, and pay it back.
 * Without the totals each goes by itself.
 */
export class SharedLimits {
  readonly #chooser: LaneChooser;
  readonly #totals: SharedTotals;
  readonly #watched = new Map<string, Watched>();

  constructor(chooser: LaneChooser, totals: SharedTotals) {
    this.#chooser = chooser;
    this.#totals = totals;
  }

  /** One round. @throws what reading the totals threw: nothing is charged then. */
  async reconcile(nowUs: number): Promise<void> {
    const counts = this.#chooser.takeCounts();
    for (const tenantId of this.#watched.keys()) if (!counts.has(tenantId)) counts.set(tenantId, 0);
    if (counts.size === 0) return;
    const totals = await this.#addTo(counts);
    for (const [tenantId, own] of counts) {
      this.#chooser.charge(tenantId, this.#addedElsewhere(tenantId, own, totals.get(tenantId) ?? 0, nowUs), nowUs);
    }
  }

  async #addTo(counts: ReadonlyMap<string, number>): Promise<ReadonlyMap<string, number>> {
    try {
      return await this.#totals.add(counts);
    } catch (error) {
      // Nobody knows which of our own are in the totals by now: count from the next ones.
      this.#watched.clear();
      throw error;
    }
  }

  /**
   * The first total of a tenant only says where to count from, as does one smaller than it could be: it was lost, and
   * began anew.
   */
  #addedElsewhere(tenantId: string, own: number, total: number, nowUs: number): number {
    const before = this.#watched.get(tenantId);
    const lastUsedUs = own > 0 ? nowUs : (before?.lastUsedUs ?? nowUs);
    this.#watched.delete(tenantId);
    if (nowUs - lastUsedUs <= WATCH_US && this.#watched.size < MAX_WATCHED) {
      this.#watched.set(tenantId, { total, lastUsedUs });
    }
    return before === undefined ? 0 : Math.max(0, total - before.total - own);
  }
}

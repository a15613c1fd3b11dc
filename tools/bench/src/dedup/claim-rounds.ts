import { randomUUID } from 'node:crypto';
import type { Database, EventIds } from '@hub/database';
import { oldEvent, TENANTS } from './fill-days.ts';

export const BATCH = 100;
/** Of 100 ids one came shortly before; in every tenth batch one of old comes again besides. */
const OLD_EVERY = 10;

/** A database with ids, and what a process knows of them. */
export interface Ids {
  readonly database: Database;
  readonly eventIds: EventIds;
  /** Ids of old in it. */
  readonly old: number;
}

/** Times of one kind of batches, in ms, and whether the answers were right. */
export interface Claimed {
  readonly tookMs: number[];
  missed: number;
  falselyFound: number;
}

interface Event {
  readonly tenantId: string;
  readonly eventId: string;
  readonly receivedAtMs: number;
}

/** Claims batches in turns, here and there, so that whatever else the machine does falls on both alike. */
export class ClaimRounds {
  readonly #sides: readonly Ids[];
  /** Of each side, an id that was claimed in its last batch. */
  readonly #recent: Event[] = [];
  #serial = 0;

  constructor(sides: readonly Ids[]) {
    this.#sides = sides;
  }

  /** @returns Of each side, in their order. */
  async run(batches: number, signal: AbortSignal): Promise<Claimed[]> {
    const results = this.#sides.map((): Claimed => ({ tookMs: [], missed: 0, falselyFound: 0 }));
    for (let at = 0; at < batches; at += 1) {
      signal.throwIfAborted();
      const order = at % 2 === 0 ? [0, 1] : [1, 0];
      for (const side of order) {
        const result = results[side];
        if (result !== undefined) await this.#claim(side, at, result);
      }
    }
    return results;
  }

  /** One batch, from its transaction's beginning to its commit. */
  async #claim(side: number, at: number, result: Claimed): Promise<void> {
    const ids = this.#sides[side];
    if (ids === undefined) return;
    const copies = this.#copies(side, at, ids.old);
    const fresh = Array.from({ length: BATCH - copies.length }, () => this.#newEvent());
    const startedMs = performance.now();
    const taken = await ids.database.asTenants(TENANTS, (tx) => ids.eventIds.claim(tx, [...fresh, ...copies]));
    result.tookMs.push(performance.now() - startedMs);
    const wasTaken = new Set<Event>(taken);
    result.missed += copies.filter((copy) => wasTaken.has(copy)).length;
    result.falselyFound += fresh.filter((event) => !wasTaken.has(event)).length;
    const [first] = fresh;
    if (first !== undefined) this.#recent[side] = first;
  }

  #copies(side: number, at: number, old: number): Event[] {
    const recent = this.#recent[side];
    const copies = recent === undefined ? [] : [{ ...recent }];
    if (old > 0 && at % OLD_EVERY === 0) {
      copies.push({ ...oldEvent(Math.floor(Math.random() * old)), receivedAtMs: Date.now() });
    }
    return copies;
  }

  #newEvent(): Event {
    this.#serial += 1;
    const tenantId = TENANTS[this.#serial % TENANTS.length] ?? '';
    return { tenantId, eventId: randomUUID(), receivedAtMs: Date.now() };
  }
}

import type { Database } from '@hub/database/searching';
import { atConstantRate } from '../arrival.ts';
import { type Ground, type Kind, KINDS, LIMIT, type Page, type Search, type SeenPage } from './kinds.ts';

export interface Measured {
  readonly kind: Kind;
  /** Of each search, in ms, from the time it should have begun. */
  readonly latencyMs: number[];
  rows: number;
  short: number;
}

/**
 * Makes searches at a constant rate, kinds in turn, whether or not those before have been answered.
 * @throws What a search threw.
 */
export async function measure(
  database: Database,
  ground: Ground,
  { ratePerS, count, signal }: { readonly ratePerS: number; readonly count: number; readonly signal: AbortSignal },
): Promise<readonly Measured[]> {
  const measured = KINDS.map((kind): Measured => ({ kind, latencyMs: [], rows: 0, short: 0 }));
  // Drawn before: drawing is none of the database's time.
  const searches = measured.flatMap((of, at) =>
    Array.from({ length: Math.ceil((count - at) / measured.length) }, (_, turn) => ({
      turn,
      of,
      search: of.kind.draw(ground),
    })),
  );
  searches.sort((a, b) => a.turn - b.turn);
  const running: Promise<void>[] = [];
  await atConstantRate(
    ratePerS,
    searches.length,
    (index, intendedMs) => {
      const next = searches[index];
      if (next !== undefined) running.push(one(database, next.search, next.of, intendedMs));
    },
    signal,
  );
  await Promise.all(running);
  return measured;
}

async function one(database: Database, { see, page }: Search, of: Measured, intendedMs: number): Promise<void> {
  const { rows, next } = await database.asTenants(see, page);
  of.latencyMs.push(performance.now() - intendedMs);
  of.rows += rows;
  if (rows < LIMIT && next !== null) of.short += 1;
}

/** @throws Error naming a kind of search that should find something and does not: its times would say nothing. */
export async function proveThatAllFind(database: Database, ground: Ground): Promise<void> {
  for (const kind of KINDS.filter(({ finds }) => finds)) {
    let isFound = false;
    for (let draw = 0; draw < MOST_DRAWS && !isFound; draw += 1) {
      const { see, page } = kind.draw(ground);
      for (let at: Page | null = page; at !== null && !isFound;) {
        const seen: SeenPage = await database.asTenants(see, at);
        isFound = seen.rows > 0;
        at = seen.next;
      }
    }
    if (!isFound) throw new Error(`"${kind.name}" finds nothing: the rows are not as they should be`);
  }
}

/** Not every tenant has what is looked for. */
const MOST_DRAWS = 20;

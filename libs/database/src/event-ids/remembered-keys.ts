import type { Database } from '../database.ts';
import { KeyPrefixes, PREFIX_BYTES, prefixOf } from './key-prefixes.ts';

const WEEK_MS = 7 * 86_400_000;
/** Read in portions, so that neither side is busy with one for long. */
const KEYS_AT_ONCE = 50_000;
const NO_KEY = '00000000-0000-0000-0000-000000000000';

/** Prefixes of a week's sealed days together: a new key is looked for in six of them instead of in 35 days. */
interface Week {
  readonly days: ReadonlySet<string>;
  readonly prefixes: KeyPrefixes;
}

/** Days and keys, where one of these keys may stand on one of these days. */
export interface Suspects {
  readonly days: readonly string[];
  readonly keys: readonly string[];
}

/** What a process remembers of the keys of sealed days. It tells for sure which keys are on none of them. */
export class RememberedKeys {
  readonly #weeks = new Map<number, Week>();

  get size(): number {
    return [...this.#weeks.values()].reduce((sum, { prefixes }) => sum + prefixes.size, 0);
  }

  /** Which keys have to be looked up, and where: those that look like one that is remembered, all on days that are not. */
  suspects(keys: readonly string[], sealed: readonly string[]): Suspects {
    const untold = sealed.filter((day) => !this.#isTold(day));
    const suspectDays = new Set(untold);
    const suspectKeys = new Set(untold.length > 0 ? keys : []);
    const prefixes = keys.map(prefixOf);
    for (const week of this.#weeks.values()) {
      for (const [at, prefix] of prefixes.entries()) {
        if (!week.prefixes.mayHold(prefix)) continue;
        suspectKeys.add(keys[at] ?? '');
        for (const day of week.days) suspectDays.add(day);
      }
    }
    return { days: [...suspectDays], keys: [...suspectKeys] };
  }

  /**
   * Reads what is not remembered yet, the newest first, and forgets weeks that are gone.
   * @param sealed All sealed days.
   * @param stopping Ends it between two weeks.
   */
  async refresh(database: Database, sealed: readonly string[], stopping?: AbortSignal): Promise<void> {
    const weeks = Map.groupBy(sealed, weekOf);
    for (const week of this.#weeks.keys()) if (!weeks.has(week)) this.#weeks.delete(week);
    for (const [week, days] of [...weeks].toSorted(([a], [b]) => b - a)) {
      if (stopping?.aborted === true) return;
      if (days.every((day) => this.#isTold(day))) continue;
      this.#weeks.set(week, { days: new Set(days), prefixes: await readPrefixes(database, days) });
    }
  }

  #isTold(day: string): boolean {
    return this.#weeks.get(weekOf(day))?.days.has(day) === true;
  }
}

function weekOf(day: string): number {
  return Math.floor(Date.parse(day) / WEEK_MS);
}

async function readPrefixes(database: Database, days: readonly string[]): Promise<KeyPrefixes> {
  const portions: Buffer[] = [];
  for (let after = NO_KEY; ;) {
    const [row] = await database.query<{ prefixes: Buffer | null }>({
      name: 'event-id-prefixes',
      text: 'SELECT event_id_prefixes($1::date[], $2::uuid, $3) AS prefixes',
      values: [days, after, KEYS_AT_ONCE],
    });
    const portion = row?.prefixes ?? null;
    if (portion === null) return new KeyPrefixes(portions);
    portions.push(portion);
    // Whatever else begins like the last one is told by its prefix already.
    after = portion.subarray(-PREFIX_BYTES).toString('hex').padEnd(32, 'f');
  }
}

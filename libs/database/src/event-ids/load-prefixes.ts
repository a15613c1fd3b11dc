import type { Database } from '../database.ts';
import { KeyPrefixes, PREFIX_BYTES } from './key-prefixes.ts';

/** Read in portions, so that neither side is busy with one for long. */
const KEYS_AT_ONCE = 50_000;
const NO_KEY = '00000000-0000-0000-0000-000000000000';

/** The prefixes of all keys of a sealed day. */
export async function loadPrefixes(database: Database, day: string): Promise<KeyPrefixes> {
  const portions: Buffer[] = [];
  for (let after = NO_KEY; ;) {
    const [row] = await database.query<{ prefixes: Buffer | null }>({
      name: 'event-id-prefixes',
      text: 'SELECT event_id_prefixes($1::date, $2::uuid, $3) AS prefixes',
      values: [day, after, KEYS_AT_ONCE],
    });
    const portion = row?.prefixes ?? null;
    if (portion === null) return new KeyPrefixes(portions);
    portions.push(portion);
    // Whatever else begins like the last one is told by its prefix already.
    after = portion.subarray(-PREFIX_BYTES).toString('hex').padEnd(32, 'f');
  }
}

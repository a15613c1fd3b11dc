import type { Database, Tx } from '../database.ts';
import { eventKey, type EventName } from './event-key.ts';
import { RememberedKeys, type Suspects } from './remembered-keys.ts';

/** An event that wants to have its effect. */
export interface EventClaim extends EventName {
  /** Epoch ms when the gateway had it. */
  readonly receivedAtMs: number;
}

/** Days as `YYYY-MM-DD`. */
interface Days {
  /** The one that takes new ids. */
  readonly open: string;
  /** Those that never change again. */
  readonly sealed: readonly string[];
}

/** Held shared by claims, and alone by whoever opens a new day: so no claim is under way in a day that is sealed. */
const CLAIMS_LOCK = 4_201_007;

/**
 * Which events had their effect. Ids are claimed in the open day, whose index is small enough to stay in memory; that an
 * id is new in all days before is told from the prefixes of their keys, and only what these cannot tell is looked up.
 * What is remembered here spares look-ups; it never decides alone that an event is a copy.
 */
export class EventIds {
  #days: Days | null = null;
  readonly #keys = new RememberedKeys();

  /** Keys of sealed days that are told from memory. */
  get remembered(): number {
    return this.#keys.size;
  }

  /**
   * Takes the ids that no transaction took before: only these events may have an effect. Of equal claims the last counts.
   * Waits for a transaction that is taking one of them now. Ids are taken in one order, so two batches cannot deadlock.
   */
  async claim<Claim extends EventClaim>(tx: Tx, claims: readonly Claim[]): Promise<Claim[]> {
    if (claims.length === 0) return [];
    const wanted = new Map(claims.map((claim) => [eventKey(claim), claim]));
    // What follows goes out behind it without waiting, and sees what is true from then on.
    const locked = tx.query({
      name: 'lock-claims',
      text: `SELECT FROM pg_advisory_xact_lock_shared(${CLAIMS_LOCK})`,
    });
    const [taken] = await Promise.all([this.#take(tx, wanted), locked]);
    if (taken !== null) return taken.flatMap((key) => wanted.get(key) ?? []);
    this.#days = await readDays(tx);
    const takenNow = await this.#take(tx, wanted);
    if (takenNow === null) throw new Error('event ids have no open day');
    return takenNow.flatMap((key) => wanted.get(key) ?? []);
  }

  /** When the copy that had the effect was received, epoch ms by key; none for what was never claimed. */
  async receivedAtMs(tx: Tx, names: readonly EventName[]): Promise<ReadonlyMap<string, number>> {
    const days = this.#days ?? (await readDays(tx));
    const keys = [...new Set(names.map(eventKey))];
    const places = this.#keys.suspects(keys, days.sealed);
    const found = await lookUp(tx, { days: [days.open, ...places.days], keys });
    return new Map(found.map(({ key, received_at_ms }) => [key, received_at_ms]));
  }

  /** Remembers the keys of days that were sealed, and forgets days that are gone. @param stopping Ends it early. */
  async refresh(database: Database, stopping?: AbortSignal): Promise<void> {
    await this.#keys.refresh(database, (await readDays(database)).sealed, stopping);
  }

  /** @returns The keys that were free; null when another day is open than is known here, and then none is taken. */
  async #take(tx: Tx, wanted: ReadonlyMap<string, EventClaim>): Promise<readonly string[] | null> {
    const days = this.#days;
    if (days === null) return null;
    const claims = [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const suspects = this.#keys.suspects([...wanted.keys()], days.sealed);
    const [row] = await tx.query<{ day: string; taken: string[] }>({
      ...(suspects.keys.length === 0 ? TAKE : TAKE_UNLESS_KNOWN),
      values: [
        days.open,
        claims.map(([key]) => key),
        claims.map(([, { tenantId }]) => tenantId),
        claims.map(([, { receivedAtMs }]) => receivedAtMs),
        ...(suspects.keys.length === 0 ? [] : [suspects.days, suspects.keys]),
      ],
    });
    return row?.day === days.open ? row.taken : null;
  }
}

const TAKE = { name: 'claim-events', text: takingText('') };

/** Without a name: planned for the days of the suspects, so that it touches no other. */
const TAKE_UNLESS_KNOWN = {
  text: takingText(`AND key <> ALL (ARRAY(
    SELECT known.key FROM event_ids AS known WHERE known.day = ANY ($5::date[]) AND known.key = ANY ($6::uuid[])))`),
};

/** Takes keys in their order where the open day is the one that is expected, and tells which day is open. */
function takingText(condition: string): string {
  return `WITH open AS MATERIALIZED (
      SELECT day FROM event_id_days WHERE sealed_at IS NULL
    ), taken AS (
      INSERT INTO event_ids (day, key, tenant_id, received_at)
      SELECT day, key, tenant_id, to_timestamp(received_at_ms / 1000)
      FROM open, unnest($2::uuid[], $3::text[], $4::float8[]) AS claimed (key, tenant_id, received_at_ms)
      WHERE open.day = $1::date ${condition} ORDER BY key
      ON CONFLICT DO NOTHING RETURNING key
    )
    SELECT day::text, ARRAY(SELECT key::text FROM taken) AS taken FROM open`;
}

async function readDays(from: Pick<Tx, 'query'>): Promise<Days> {
  const rows = await from.query<{ day: string; is_open: boolean }>({
    text: `SELECT day::text, sealed_at IS NULL AS is_open FROM event_id_days ORDER BY day DESC`,
  });
  const open = rows.find(({ is_open }) => is_open)?.day;
  if (open === undefined) throw new Error('event ids have no open day');
  return { open, sealed: rows.filter(({ is_open }) => !is_open).map(({ day }) => day) };
}

/** Without a name: planned for these days, so that it touches no other. */
function lookUp(tx: Tx, { days, keys }: Suspects): Promise<{ key: string; received_at_ms: number }[]> {
  return tx.query({
    text: `SELECT key::text, (extract(epoch FROM received_at) * 1000)::float8 AS received_at_ms
      FROM event_ids WHERE day = ANY ($1::date[]) AND key = ANY ($2::uuid[])`,
    values: [days, keys],
  });
}

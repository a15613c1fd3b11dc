import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ids of events by the day they were claimed. In one table of 30 million, each new id met a page of its index that was not
 * in memory and that its transaction had to log whole; in a day's own index it does not, and a day that is too old goes as
 * a file. Keys are hashes, of the same size whatever senders use as ids.
 *
 * What is there is carried over: about 10 s per million ids, during which scoring waits, and fails until it runs the new
 * version; its webhooks stay in the inbox meanwhile. What is older than 35 days is left out.
 */
export class EventIdDays1790000000007 implements MigrationInterface {
  readonly name = 'EventIdDays1790000000007';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...FUNCTIONS, ...CARRY_OVER, ...SECURITY]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of BACK) await runner.query(statement);
  }
}

const TABLES = [
  'ALTER TABLE event_ids RENAME TO event_ids_before',
  'ALTER INDEX event_ids_pkey RENAME TO event_ids_before_pkey',
  // No default partition: attaching a day would have to lock it.
  `CREATE TABLE event_ids (
    day date NOT NULL,
    key uuid NOT NULL,
    tenant_id text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (key, day)
  ) PARTITION BY LIST (day)`,
  // One day is open and takes new ids; the others are sealed, and their keys never change again.
  `CREATE TABLE event_id_days (
    day date PRIMARY KEY,
    opened_at timestamptz NOT NULL,
    sealed_at timestamptz
  )`,
  `CREATE UNIQUE INDEX event_id_days_open ON event_id_days ((sealed_at IS NULL)) WHERE sealed_at IS NULL`,
];

const FUNCTIONS = [
  `CREATE FUNCTION event_key(tenant_id text, event_id text) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN encode(substring(sha256(convert_to(tenant_id || E'\\n' || event_id, 'UTF8')) FOR 16), 'hex')::uuid`,
  `CREATE FUNCTION add_event_id_day(new_day date) RETURNS void
    LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
    DECLARE
      day_table text := 'event_ids_' || to_char(new_day, 'YYYY_MM_DD');
    BEGIN
      IF to_regclass(day_table) IS NOT NULL THEN RETURN; END IF;
      EXECUTE format('CREATE TABLE %I (LIKE event_ids INCLUDING ALL)', day_table);
      -- Attaching it, unlike creating it in its place, holds up no claim.
      EXECUTE format('ALTER TABLE event_ids ATTACH PARTITION %I FOR VALUES IN (%L)', day_table, new_day);
    END $$`,
  // Claims hold the lock 4201007 shared until they commit: when this holds it alone, none is under way, and those that
  // come see the new day.
  `CREATE FUNCTION open_event_id_day(at timestamptz) RETURNS boolean
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '100ms' AS $$
    DECLARE
      today date := (at AT TIME ZONE 'UTC')::date;
    BEGIN
      IF NOT pg_try_advisory_xact_lock(4201008) THEN RETURN false; END IF;
      IF EXISTS (SELECT FROM event_id_days WHERE sealed_at IS NULL AND day >= today) THEN RETURN false; END IF;
      today := greatest(today, (SELECT max(day) + 1 FROM event_id_days));
      PERFORM add_event_id_day(today);
      PERFORM pg_advisory_xact_lock(4201007);
      UPDATE event_id_days SET sealed_at = at WHERE sealed_at IS NULL;
      INSERT INTO event_id_days (day, opened_at) VALUES (today, at);
      RETURN true;
    EXCEPTION WHEN lock_not_available THEN RETURN false;
    END $$`,
  // A claim waits for this 100 ms at most, and for one day's table at a time.
  `CREATE FUNCTION drop_event_id_days(sealed_before timestamptz) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '100ms' AS $$
    DECLARE
      old_day date;
    BEGIN
      IF NOT pg_try_advisory_xact_lock(4201008) THEN RETURN 0; END IF;
      SELECT day INTO old_day FROM event_id_days WHERE sealed_at < sealed_before ORDER BY day LIMIT 1;
      IF old_day IS NULL THEN RETURN 0; END IF;
      EXECUTE format('DROP TABLE IF EXISTS %I', 'event_ids_' || to_char(old_day, 'YYYY_MM_DD'));
      DELETE FROM event_id_days WHERE day = old_day;
      RETURN 1;
    EXCEPTION WHEN lock_not_available THEN RETURN 0;
    END $$`,
  // Hashes of all tenants, cut short: nothing of anyone can be read from them.
  `CREATE FUNCTION event_id_prefixes(of_days date[], after_key uuid, at_most integer) RETURNS bytea
    LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      prefixes bytea;
    BEGIN
      -- Planned for these days: a plan for any would read all of them.
      EXECUTE format($text$SELECT string_agg(substring(uuid_send(key) FOR 6), ''::bytea ORDER BY key)
        FROM (SELECT key FROM event_ids WHERE day = ANY (%L::date[]) AND key > $1 ORDER BY key LIMIT $2) AS portion$text$,
        of_days) INTO prefixes USING after_key, at_most;
      RETURN prefixes;
    END $$`,
];

const CARRY_OVER = [
  // A day counts as sealed when its last id was claimed, as far as that can be told from when it was received.
  `DO $$
    DECLARE
      old_day date;
      today date := (now() AT TIME ZONE 'UTC')::date;
    BEGIN
      FOR old_day IN SELECT DISTINCT least((received_at AT TIME ZONE 'UTC')::date, today) FROM event_ids_before
        WHERE received_at >= now() - interval '35 days' ORDER BY 1 LOOP
        PERFORM add_event_id_day(old_day);
        INSERT INTO event_id_days (day, opened_at, sealed_at)
          VALUES (old_day, old_day, CASE WHEN old_day < today THEN old_day + 1 END);
      END LOOP;
    END $$`,
  `INSERT INTO event_ids (day, key, tenant_id, received_at)
    SELECT least((received_at AT TIME ZONE 'UTC')::date, (now() AT TIME ZONE 'UTC')::date),
      event_key(tenant_id, event_id), tenant_id, received_at
    FROM event_ids_before WHERE received_at >= now() - interval '35 days'`,
  'DROP TABLE event_ids_before',
];

const SECURITY = [
  'ALTER TABLE event_ids ENABLE ROW LEVEL SECURITY',
  `CREATE POLICY own_tenants ON event_ids USING (tenant_id = ANY ((SELECT visible_tenants())::text[]))`,
  `REVOKE EXECUTE ON FUNCTION event_key, add_event_id_day, open_event_id_day, drop_event_id_days, event_id_prefixes FROM PUBLIC`,
];

/** The ids themselves are in `events`, one of each that was claimed. */
const BACK = [
  'DROP TABLE event_ids, event_id_days',
  'DROP FUNCTION event_key, add_event_id_day, open_event_id_day, drop_event_id_days, event_id_prefixes',
  `CREATE TABLE event_ids (
    tenant_id text NOT NULL,
    event_id text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
  )`,
  `INSERT INTO event_ids SELECT tenant_id, event_id, min(received_at) FROM events GROUP BY 1, 2`,
  'ALTER TABLE event_ids ENABLE ROW LEVEL SECURITY',
  `CREATE POLICY own_tenants ON event_ids USING (tenant_id = ANY ((SELECT visible_tenants())::text[]))`,
];

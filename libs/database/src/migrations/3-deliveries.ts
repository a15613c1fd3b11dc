import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Search and replay: an index of every delivery, more knowledge about dead letters, jobs that replay, and who did what.
 * `*` among the tenants of a transaction stands for an operator who may see all of them; no tenant can have that id.
 */
export class Deliveries1790000000003 implements MigrationInterface {
  readonly name = 'Deliveries1790000000003';

  async up(runner: QueryRunner): Promise<void> {
    const all = [...AUDIT, ...DEAD_LETTERS, ...GROUPS, ...DELIVERIES, ...DAYS, ...REPLAYS, ...SECURITY, ...VIEWS];
    for (const statement of all) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP VIEW visible_dead_letters, visible_deliveries');
    await runner.query('DROP TABLE replays, deliveries, dead_letter_groups, audit');
    await runner.query('DROP TRIGGER count_inserted ON dead_letters');
    await runner.query('DROP TRIGGER count_updated ON dead_letters');
    await runner.query('DROP TRIGGER count_deleted ON dead_letters');
    await runner.query('DROP FUNCTION count_dead_letters, ensure_delivery_days, body_json');
    await runner.query('DROP INDEX dead_letters_by_age');
    await runner.query(`ALTER TABLE dead_letters ${NEW_COLUMNS.map(([name]) => `DROP COLUMN ${name}`).join(', ')}`);
  }
}

const AUDIT = [
  `CREATE TABLE audit (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    tenant_id text NOT NULL,
    subject text NOT NULL,
    detail jsonb NOT NULL
  )`,
  `CREATE INDEX audit_of_tenant ON audit (tenant_id, id DESC)`,
];

const NEW_COLUMNS = [
  ['source_id', `text NOT NULL DEFAULT 'ghl'`],
  ['type', 'text'],
  ['lead_id', 'text'],
  // Where in the code it failed: with the reason this is the root cause.
  ['cause', `text NOT NULL DEFAULT ''`],
  // Field names and codes, never values.
  ['detail', 'text'],
  ['attempts', 'integer NOT NULL DEFAULT 1'],
  ['attempt_log', `jsonb NOT NULL DEFAULT '[]'`],
  ['first_failed_at', 'timestamptz NOT NULL DEFAULT now()'],
  ['last_failed_at', 'timestamptz NOT NULL DEFAULT now()'],
  ['sent_again_at', 'timestamptz'],
  ['settled_at', 'timestamptz'],
  ['words', `tsvector NOT NULL DEFAULT ''`],
] as const;

const DEAD_LETTERS = [
  `ALTER TABLE dead_letters ${NEW_COLUMNS.map(([name, type]) => `ADD COLUMN ${name} ${type}`).join(', ')}`,
  `UPDATE dead_letters SET first_failed_at = created_at, last_failed_at = created_at`,
  // Reasons used to hold the code of the database after a colon.
  `UPDATE dead_letters SET reason = 'notStorable', cause = 'store:' || split_part(reason, ': ', 2)
    WHERE reason LIKE 'notStorable: %'`,
  `CREATE INDEX dead_letters_by_age ON dead_letters (received_at DESC, id DESC)`,
  `CREATE INDEX dead_letters_of_tenant ON dead_letters (tenant_id, received_at DESC, id DESC)`,
  `CREATE INDEX dead_letters_by_state ON dead_letters (state, received_at DESC, id DESC)`,
  `CREATE INDEX dead_letters_by_cause ON dead_letters (reason, cause, received_at DESC, id DESC)`,
  `CREATE INDEX dead_letters_by_type ON dead_letters (type, received_at DESC, id DESC)`,
  `CREATE INDEX dead_letters_by_lead ON dead_letters (lead_id, received_at DESC, id DESC) WHERE lead_id IS NOT NULL`,
  `CREATE INDEX dead_letters_by_event ON dead_letters (event_id)`,
  `CREATE INDEX dead_letters_words ON dead_letters USING gin (words)`,
];

/** Counted in the transaction that changes a letter, whoever does: a page of groups reads as many rows as it shows. */
const GROUPS = [
  `CREATE TABLE dead_letter_groups (
    tenant_id text NOT NULL,
    reason text NOT NULL,
    cause text NOT NULL,
    state text NOT NULL,
    letters bigint NOT NULL,
    first_failed_at timestamptz NOT NULL,
    last_failed_at timestamptz NOT NULL,
    example_id bigint NOT NULL,
    PRIMARY KEY (tenant_id, reason, cause, state)
  )`,
  `INSERT INTO dead_letter_groups
    SELECT tenant_id, reason, cause, state, count(*), min(first_failed_at), max(last_failed_at), max(id)
    FROM dead_letters GROUP BY 1, 2, 3, 4`,
  // In the order of the key, so that two transactions cannot wait for each other within one statement.
  `CREATE FUNCTION count_dead_letters() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    BEGIN
      IF TG_OP <> 'INSERT' THEN
        UPDATE dead_letter_groups AS counted SET letters = counted.letters - gone.letters
        FROM (SELECT tenant_id, reason, cause, state, count(*) AS letters FROM gone GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4)
          AS gone
        WHERE (counted.tenant_id, counted.reason, counted.cause, counted.state)
          = (gone.tenant_id, gone.reason, gone.cause, gone.state);
      END IF;
      IF TG_OP <> 'DELETE' THEN
        INSERT INTO dead_letter_groups AS counted
          SELECT tenant_id, reason, cause, state, count(*), min(first_failed_at), max(last_failed_at), max(id)
          FROM come GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4
        ON CONFLICT (tenant_id, reason, cause, state) DO UPDATE SET letters = counted.letters + excluded.letters,
          first_failed_at = least(counted.first_failed_at, excluded.first_failed_at),
          last_failed_at = greatest(counted.last_failed_at, excluded.last_failed_at),
          example_id = excluded.example_id;
      END IF;
      RETURN NULL;
    END $$`,
  `CREATE TRIGGER count_inserted AFTER INSERT ON dead_letters REFERENCING NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters()`,
  `CREATE TRIGGER count_updated AFTER UPDATE ON dead_letters REFERENCING OLD TABLE AS gone NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters()`,
  `CREATE TRIGGER count_deleted AFTER DELETE ON dead_letters REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION count_dead_letters()`,
];

const DELIVERIES = [
  // One row per copy in the inbox, by its place there; the bytes are in events or dead_letters.
  `CREATE TABLE deliveries (
    received_at timestamptz NOT NULL,
    pack_sequence bigint NOT NULL,
    pack_position integer NOT NULL,
    tenant_id text NOT NULL,
    event_id text NOT NULL,
    stored_at timestamptz NOT NULL,
    settled_at timestamptz NOT NULL,
    source text NOT NULL,
    source_id text NOT NULL,
    type text,
    lead_id text,
    outcome text NOT NULL CHECK (outcome IN ('applied', 'duplicate', 'dead', 'parked')),
    attempts integer NOT NULL,
    replay_id bigint,
    words tsvector NOT NULL,
    PRIMARY KEY (received_at, pack_sequence, pack_position)
  ) PARTITION BY RANGE (received_at)`,
  `CREATE TABLE deliveries_other PARTITION OF deliveries DEFAULT`,
  `CREATE INDEX deliveries_of_tenant ON deliveries (tenant_id, received_at, pack_sequence, pack_position)`,
  `CREATE INDEX deliveries_of_event ON deliveries (event_id)`,
  `CREATE INDEX deliveries_of_lead ON deliveries (lead_id, received_at, pack_sequence, pack_position)
    WHERE lead_id IS NOT NULL`,
  `CREATE INDEX deliveries_of_type ON deliveries (tenant_id, type, received_at, pack_sequence, pack_position)`,
  `CREATE INDEX deliveries_words ON deliveries USING gin (words)`,
];

const DAYS = [
  // A day that exists already in the default partition stays there. Nothing waits long for a lock: the next call does it.
  `CREATE FUNCTION ensure_delivery_days(around timestamptz, days_behind integer, days_ahead integer, keep_days integer)
    RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp SET lock_timeout = '250ms' AS $$
    DECLARE
      today date := (around AT TIME ZONE 'UTC')::date;
      oldest date := today - keep_days;
      first_day date;
      old_day text;
    BEGIN
      IF NOT pg_try_advisory_xact_lock(4201003) THEN RETURN; END IF;
      FOR first_day IN SELECT today + i FROM generate_series(-days_behind, days_ahead) AS i LOOP
        CONTINUE WHEN to_regclass('deliveries_' || to_char(first_day, 'YYYY_MM_DD')) IS NOT NULL;
        BEGIN
          EXECUTE format('CREATE TABLE %I PARTITION OF deliveries FOR VALUES FROM (%L) TO (%L)',
            'deliveries_' || to_char(first_day, 'YYYY_MM_DD'),
            first_day::text || ' 00:00:00+00', (first_day + 1)::text || ' 00:00:00+00');
        EXCEPTION WHEN check_violation OR lock_not_available THEN NULL;
        END;
      END LOOP;
      FOR old_day IN SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
        WHERE inhparent = 'deliveries'::regclass AND relname ~ '^deliveries_\\d{4}_\\d{2}_\\d{2}$'
          AND relname < 'deliveries_' || to_char(oldest, 'YYYY_MM_DD') LOOP
        BEGIN
          EXECUTE format('DROP TABLE %I', old_day);
        EXCEPTION WHEN lock_not_available THEN NULL;
        END;
      END LOOP;
      DELETE FROM deliveries_other WHERE received_at < oldest;
      -- What still waits for a person stays, however old it is.
      DELETE FROM dead_letters WHERE id IN (
        SELECT id FROM dead_letters WHERE state IN ('replayed', 'dropped') AND settled_at < oldest LIMIT 1000);
      DELETE FROM dead_letter_groups WHERE letters = 0 AND last_failed_at < oldest;
    END $$`,
  // Null for what is no JSON: a search by path passes over it.
  `CREATE FUNCTION body_json(body bytea) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE PARALLEL SAFE AS $$
    BEGIN
      RETURN convert_from(body, 'UTF8')::jsonb;
    EXCEPTION WHEN OTHERS THEN RETURN NULL;
    END $$`,
];

const REPLAYS = [
  `CREATE TABLE replays (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('dead', 'delivery')),
    filter jsonb NOT NULL,
    state text NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
    rate_per_s integer NOT NULL CHECK (rate_per_s > 0),
    cursor jsonb,
    total bigint NOT NULL,
    sent bigint NOT NULL DEFAULT 0,
    leads bigint NOT NULL,
    requested_by text NOT NULL,
    reason text NOT NULL,
    failure text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    finished_at timestamptz,
    lease_by text,
    lease_until timestamptz
  )`,
  `CREATE INDEX replays_running ON replays (id) WHERE state = 'running'`,
  `CREATE INDEX replays_of_tenant ON replays (tenant_id, id DESC)`,
];

const GUARDED = ['audit', 'dead_letter_groups', 'deliveries', 'replays'];

const SECURITY = [
  ...GUARDED.flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY own_tenants ON ${table} USING (tenant_id = ANY ((SELECT visible_tenants())::text[]))`,
  ]),
  ...[...GUARDED, 'dead_letters'].map(
    (table) => `CREATE POLICY operators ON ${table} USING ('*' = ANY ((SELECT visible_tenants())::text[]))`,
  ),
  `REVOKE EXECUTE ON FUNCTION ensure_delivery_days, count_dead_letters FROM PUBLIC`,
];

/**
 * A policy keeps Postgres from using an index for any operator that is not marked leakproof, and the match of words is
 * not. A view says the same condition without that barrier; it is read with statements of ours only.
 */
const VIEWS = ['dead_letters', 'deliveries'].map(
  (table) => `CREATE VIEW visible_${table} AS SELECT * FROM ${table}
    WHERE tenant_id = ANY ((SELECT visible_tenants())::text[]) OR '*' = ANY ((SELECT visible_tenants())::text[])`,
);

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tables of the main job. Everything that belongs to a tenant is guarded by row-level security: a transaction sees
 * only the tenants it named in `hub.tenants`, and none when it named none.
 */
export class Foundation1790000000001 implements MigrationInterface {
  readonly name = 'Foundation1790000000001';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TABLES, ...PARTITIONS, ...SIGN_IN, ...SECURITY]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE dead_letters, scores, events, event_ids, leads, models, sign_in_links, users, tenants',
    );
    await runner.query('DROP FUNCTION visible_tenants, all_tenants, consume_sign_in_link, ensure_partitions');
  }
}

const TABLES = [
  `CREATE TABLE tenants (
    id text PRIMARY KEY CHECK (id ~ '^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$'),
    name text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE leads (
    tenant_id text NOT NULL REFERENCES tenants (id),
    lead_id text NOT NULL,
    version integer NOT NULL DEFAULT 0,
    first_seen_at timestamptz NOT NULL,
    event_count integer NOT NULL DEFAULT 0,
    facts jsonb NOT NULL DEFAULT '{}',
    state jsonb,
    is_open boolean NOT NULL DEFAULT true,
    band text,
    conversion_p double precision,
    going_cold_p double precision,
    scored_at timestamptz,
    summary jsonb,
    PRIMARY KEY (tenant_id, lead_id)
  ) WITH (fillfactor = 75)`,
  `CREATE INDEX leads_to_call ON leads (tenant_id, conversion_p DESC, lead_id) WHERE is_open AND band <> 'unknown'`,
  `CREATE INDEX leads_going_cold ON leads (tenant_id, going_cold_p DESC, lead_id) WHERE is_open AND band <> 'unknown'`,
  `CREATE INDEX leads_scored_at ON leads (tenant_id, scored_at) WHERE is_open`,
  // A unique key of a partitioned table must hold the partition key, so a resend after the turn of a month would
  // count twice: the ids have a table of their own.
  `CREATE TABLE event_ids (
    tenant_id text NOT NULL,
    event_id text NOT NULL,
    received_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
  )`,
  `CREATE TABLE events (
    tenant_id text NOT NULL,
    event_id text NOT NULL,
    received_at timestamptz NOT NULL,
    source text NOT NULL,
    type text NOT NULL,
    at timestamptz NOT NULL,
    lead_id text,
    lead_events jsonb,
    headers jsonb NOT NULL,
    traceparent text NOT NULL,
    body bytea NOT NULL,
    PRIMARY KEY (tenant_id, event_id, received_at)
  ) PARTITION BY RANGE (received_at)`,
  `CREATE INDEX events_of_lead ON events (tenant_id, lead_id, at DESC) WHERE lead_id IS NOT NULL`,
  `CREATE TABLE models (
    hash text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    features text[] NOT NULL,
    intercept double precision NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
  )`,
  `CREATE TABLE scores (
    tenant_id text NOT NULL,
    lead_id text NOT NULL,
    version integer NOT NULL,
    scored_at timestamptz NOT NULL,
    event_ids text[] NOT NULL,
    band text NOT NULL,
    features double precision[] NOT NULL,
    conversion_model text NOT NULL,
    conversion_logit double precision NOT NULL,
    conversion_contributions double precision[] NOT NULL,
    going_cold_model text NOT NULL,
    going_cold_logit double precision NOT NULL,
    going_cold_contributions double precision[] NOT NULL,
    PRIMARY KEY (tenant_id, lead_id, version, scored_at)
  ) PARTITION BY RANGE (scored_at)`,
  // tenant_id '_' is a webhook that names no location; no tenant can have that id.
  `CREATE TABLE dead_letters (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id text NOT NULL,
    event_id text NOT NULL,
    state text NOT NULL CHECK (state IN ('dead', 'parked', 'replayed', 'dropped')),
    reason text NOT NULL,
    source text NOT NULL,
    received_at timestamptz NOT NULL,
    headers jsonb NOT NULL,
    traceparent text NOT NULL,
    body bytea NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, event_id)
  )`,
  `CREATE INDEX dead_letters_parked ON dead_letters (tenant_id) WHERE state = 'parked'`,
];

const PARTITIONS = [
  `CREATE TABLE events_other PARTITION OF events DEFAULT`,
  `CREATE TABLE scores_other PARTITION OF scores DEFAULT`,
  `CREATE FUNCTION ensure_partitions(around timestamptz, months_ahead integer) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      first_day date;
      parent text;
    BEGIN
      FOR i IN 0..months_ahead LOOP
        first_day := (date_trunc('month', around AT TIME ZONE 'UTC') + make_interval(months => i))::date;
        FOREACH parent IN ARRAY ARRAY['events', 'scores'] LOOP
          EXECUTE format(
            'CREATE TABLE IF NOT EXISTS %I PARTITION OF %I FOR VALUES FROM (%L) TO (%L)',
            parent || '_' || to_char(first_day, 'YYYY_MM'), parent,
            first_day::text || ' 00:00:00+00', (first_day + interval '1 month')::date::text || ' 00:00:00+00');
        END LOOP;
      END LOOP;
    END $$`,
];

const SIGN_IN = [
  `CREATE TABLE users (
    id text PRIMARY KEY,
    name text NOT NULL,
    all_tenants boolean NOT NULL DEFAULT false,
    tenant_ids text[] NOT NULL DEFAULT '{}'
  )`,
  `CREATE TABLE sign_in_links (
    token_hash text PRIMARY KEY,
    user_id text NOT NULL REFERENCES users (id),
    expires_at timestamptz NOT NULL,
    used_at timestamptz
  )`,
  // Spends a link: one row the first time, none ever after. The services have no other way to read users.
  `CREATE FUNCTION consume_sign_in_link(hash text, at timestamptz)
    RETURNS TABLE (user_id text, name text, all_tenants boolean, tenant_ids text[])
    LANGUAGE sql SECURITY DEFINER SET search_path = public, pg_temp AS $$
      WITH spent AS (
        UPDATE sign_in_links SET used_at = at
        WHERE token_hash = hash AND used_at IS NULL AND expires_at > at
        RETURNING sign_in_links.user_id
      )
      SELECT users.id, users.name, users.all_tenants, users.tenant_ids FROM users JOIN spent ON users.id = spent.user_id
    $$`,
  // Names of tenants, for a user who may see all of them; nothing else of theirs is readable through it.
  `CREATE FUNCTION all_tenants() RETURNS TABLE (id text, name text)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
      SELECT id, name FROM tenants ORDER BY name, id
    $$`,
];

const GUARDED = {
  tenants: 'id',
  leads: 'tenant_id',
  event_ids: 'tenant_id',
  events: 'tenant_id',
  scores: 'tenant_id',
  dead_letters: 'tenant_id',
};

const SECURITY = [
  `CREATE FUNCTION visible_tenants() RETURNS text[] LANGUAGE sql STABLE
    RETURN string_to_array(current_setting('hub.tenants', true), ',')`,
  ...Object.entries(GUARDED).flatMap(([table, column]) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    // The sub-select is evaluated once per statement, not once per row.
    `CREATE POLICY own_tenants ON ${table} USING (${column} = ANY ((SELECT visible_tenants())::text[]))`,
  ]),
  `REVOKE EXECUTE ON FUNCTION ensure_partitions, consume_sign_in_link, all_tenants FROM PUBLIC`,
];

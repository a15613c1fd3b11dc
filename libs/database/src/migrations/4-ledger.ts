import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What is counted as it flows, so that nobody has to scan `events`: the conservation ledger, tallies, gaps in service,
 * shapes of payloads, alerts. Tenant `_` stands for webhooks whose tenant is not known; `*` among the tenants of a
 * transaction for an operator who may see all of them.
 */
export class Ledger1790000000004 implements MigrationInterface {
  readonly name = 'Ledger1790000000004';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...LEDGER, ...TALLIES, ...SERVICE, ...SCHEMA_WATCH, ...SECURITY, ...UPKEEP]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP FUNCTION counted_tenants, ledger_totals, tally_totals, prune_counts, add_counts, add_buckets',
    );
    await runner.query(
      `DROP TABLE inbox_packs, ledger_minutes, duplicate_deliveries, applied_messages, minute_tallies, hour_answers, refusals, alerts,
        service_signs, downtime_estimates, downtimes, payload_types, payload_fields, schema_changes`,
    );
  }
}

const LEDGER = [
  // A pack holds webhooks of several tenants, so its row belongs to none: `counts` says how many of whom. One of the two
  // sides writes the row, in either order; each fills its own time once, and only that once counts.
  `CREATE TABLE inbox_packs (
    stored_at timestamptz NOT NULL,
    sequence bigint NOT NULL,
    counted_at timestamptz,
    counts jsonb,
    settled_at timestamptz,
    PRIMARY KEY (stored_at, sequence)
  ) WITH (fillfactor = 80)`,
  `CREATE INDEX inbox_packs_open ON inbox_packs (stored_at) WHERE settled_at IS NULL OR counted_at IS NULL`,
  `CREATE TABLE ledger_minutes (
    tenant_id text NOT NULL,
    minute timestamptz NOT NULL,
    received bigint NOT NULL DEFAULT 0,
    applied bigint NOT NULL DEFAULT 0,
    duplicates bigint NOT NULL DEFAULT 0,
    dead bigint NOT NULL DEFAULT 0,
    parked bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant_id, minute)
  ) WITH (fillfactor = 50)`,
  `CREATE INDEX ledger_minutes_minute ON ledger_minutes (minute)`,
  `CREATE TABLE duplicate_deliveries (
    tenant_id text NOT NULL,
    event_id text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    copies bigint NOT NULL,
    PRIMARY KEY (tenant_id, event_id)
  )`,
  `CREATE INDEX duplicate_deliveries_latest ON duplicate_deliveries (tenant_id, last_seen_at DESC)`,
  `CREATE INDEX duplicate_deliveries_age ON duplicate_deliveries (last_seen_at)`,
];

const TALLIES = [
  // Messages whose effect is in the database: a redelivered one adds nothing.
  `CREATE TABLE applied_messages (
    stream text NOT NULL,
    stored_at timestamptz NOT NULL,
    sequence bigint NOT NULL,
    PRIMARY KEY (stream, stored_at, sequence)
  )`,
  `CREATE TABLE minute_tallies (
    tenant_id text NOT NULL,
    minute timestamptz NOT NULL,
    path text NOT NULL,
    outcomes jsonb NOT NULL,
    latency bigint[] NOT NULL,
    PRIMARY KEY (tenant_id, minute, path)
  ) WITH (fillfactor = 70)`,
  `CREATE INDEX minute_tallies_minute ON minute_tallies (minute)`,
  // A budget over 3 days reads 73 rows per tenant and outcome from here, instead of 4,320 minutes.
  `CREATE TABLE hour_answers (
    tenant_id text NOT NULL,
    hour timestamptz NOT NULL,
    outcome text NOT NULL,
    answered bigint NOT NULL,
    PRIMARY KEY (tenant_id, hour, outcome)
  ) WITH (fillfactor = 70)`,
  `CREATE INDEX hour_answers_hour ON hour_answers (hour)`,
  `CREATE FUNCTION add_counts(a jsonb, b jsonb) RETURNS jsonb LANGUAGE sql IMMUTABLE AS $$
      SELECT coalesce(jsonb_object_agg(key, total), '{}') FROM (
        SELECT key, sum(value::bigint) AS total
        FROM (SELECT * FROM jsonb_each_text(a) UNION ALL SELECT * FROM jsonb_each_text(b)) AS both_counts
        GROUP BY key) AS totals
    $$`,
  `CREATE FUNCTION add_buckets(a bigint[], b bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE AS $$
      SELECT coalesce(array_agg(coalesce(x, 0) + coalesce(y, 0) ORDER BY place), '{}')
      FROM unnest(a, b) WITH ORDINALITY AS pair (x, y, place)
    $$`,
  `CREATE TABLE refusals (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    source text,
    source_id text,
    reason text NOT NULL,
    masked_start text NOT NULL
  )`,
  `CREATE TABLE alerts (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind text NOT NULL,
    subject text NOT NULL,
    tenant_id text NOT NULL,
    opened_at timestamptz NOT NULL,
    closed_at timestamptz,
    summary text NOT NULL,
    context jsonb NOT NULL
  )`,
  `CREATE UNIQUE INDEX alerts_open ON alerts (kind, subject, tenant_id) WHERE closed_at IS NULL`,
  `CREATE INDEX alerts_latest ON alerts (tenant_id, opened_at DESC)`,
];

const SERVICE = [
  // First and last sign of life of each service ever seen: what lies between two signs is decided when they come.
  `CREATE TABLE service_signs (
    service text PRIMARY KEY,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL
  )`,
  `CREATE TABLE downtimes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    service text NOT NULL,
    began_at timestamptz NOT NULL,
    ended_at timestamptz,
    estimated_at timestamptz
  )`,
  `CREATE UNIQUE INDEX downtimes_began ON downtimes (service, began_at)`,
  `CREATE TABLE downtime_estimates (
    tenant_id text NOT NULL,
    downtime_id bigint NOT NULL REFERENCES downtimes (id) ON DELETE CASCADE,
    expected double precision NOT NULL,
    low integer NOT NULL,
    high integer NOT NULL,
    basis text NOT NULL,
    PRIMARY KEY (tenant_id, downtime_id)
  )`,
];

// Shapes, not contents: of a value only its kind and one masked example are kept, so these rows belong to no tenant.
const SCHEMA_WATCH = [
  `CREATE TABLE payload_types (
    source_id text NOT NULL,
    type text NOT NULL,
    source text NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    seen bigint NOT NULL,
    looked_at bigint NOT NULL,
    PRIMARY KEY (source_id, type)
  )`,
  `CREATE TABLE payload_fields (
    source_id text NOT NULL,
    type text NOT NULL,
    path text NOT NULL,
    kinds jsonb NOT NULL,
    first_seen_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    first_place bigint NOT NULL,
    last_place bigint NOT NULL,
    count bigint NOT NULL,
    example text,
    vanished_at timestamptz,
    PRIMARY KEY (source_id, type, path)
  )`,
  `CREATE TABLE schema_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    source_id text NOT NULL,
    type text NOT NULL,
    path text,
    change text NOT NULL,
    detail jsonb NOT NULL
  )`,
  `CREATE INDEX schema_changes_latest ON schema_changes (at DESC)`,
];

const GUARDED = [
  'ledger_minutes',
  'duplicate_deliveries',
  'minute_tallies',
  'hour_answers',
  'alerts',
  'downtime_estimates',
];

const SECURITY = GUARDED.flatMap((table) => [
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
  // The sub-select is evaluated once per statement, not once per row.
  `CREATE POLICY own_tenants ON ${table} USING (tenant_id = ANY ((SELECT visible_tenants())::text[]))`,
  `CREATE POLICY operators ON ${table} USING ('*' = ANY ((SELECT visible_tenants())::text[]))`,
]);

const UPKEEP = [
  // Old rows go in portions, so that no statement holds locks for long: call again while it returns more than 0.
  `CREATE FUNCTION prune_counts(packs_before timestamptz, minutes_before timestamptz, records_before timestamptz,
      at_most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      target record;
      gone integer;
      total integer := 0;
    BEGIN
      FOR target IN VALUES
        ('inbox_packs', 'stored_at < $1 AND settled_at IS NOT NULL AND counted_at IS NOT NULL', packs_before),
        ('applied_messages', 'stored_at < $1', packs_before),
        ('ledger_minutes', 'minute < $1', minutes_before),
        ('minute_tallies', 'minute < $1', minutes_before),
        ('hour_answers', 'hour < $1', minutes_before),
        ('duplicate_deliveries', 'last_seen_at < $1', minutes_before),
        ('refusals', 'at < $1', packs_before),
        ('alerts', 'closed_at < $1', records_before),
        ('downtimes', 'ended_at < $1', records_before),
        ('schema_changes', 'at < $1', records_before)
      LOOP
        EXECUTE format('DELETE FROM %1$I WHERE ctid = ANY (ARRAY(SELECT ctid FROM %1$I WHERE %2$s LIMIT $2))',
          target.column1, target.column2) USING target.column3, at_most;
        GET DIAGNOSTICS gone = ROW_COUNT;
        total := total + gone;
      END LOOP;
      -- What was refused is a sample: the newest are enough, whatever their age.
      DELETE FROM refusals WHERE id <= (SELECT max(id) FROM refusals) - 1000;
      RETURN total;
    END $$`,
  `REVOKE EXECUTE ON FUNCTION prune_counts FROM PUBLIC`,
];

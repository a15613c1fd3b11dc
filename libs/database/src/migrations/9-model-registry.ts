import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The registry of models: what each is and in which state, who changed that, what shadows said, what tenants differ by.
 * And what it takes to decide once more as it was decided then: at which version of its lead an event was applied.
 */
export class ModelRegistry1790000000009 implements MigrationInterface {
  readonly name = 'ModelRegistry1790000000009';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...MODELS, ...DECISIONS, ...SHADOWS, ...SHIFTS, ...SECURITY]) {
      await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION prune_shadow_scores');
    await runner.query('DROP TABLE tenant_shifts, shadow_scores, model_changes');
    await runner.query('ALTER TABLE events DROP COLUMN lead_version');
    await runner.query(
      'ALTER TABLE scores DROP COLUMN match_model, DROP COLUMN match_logit, DROP COLUMN match_contributions',
    );
    await runner.query(
      `ALTER TABLE models DROP COLUMN version, DROP COLUMN terms, DROP COLUMN state, DROP COLUMN onnx,
        DROP COLUMN model, DROP COLUMN manifest, DROP COLUMN card`,
    );
  }
}

const MODELS = [
  // A model without a state has decided, or may, without ever having been registered: a prior of some build. `terms` names
  // its contributions where they are not its features alone.
  `ALTER TABLE models
    ADD COLUMN version text,
    ADD COLUMN terms text[],
    ADD COLUMN state text CHECK (state IN ('candidate', 'shadow', 'champion', 'retired')),
    ADD COLUMN onnx bytea,
    ADD COLUMN model text,
    ADD COLUMN manifest jsonb,
    ADD COLUMN card text,
    ADD CHECK (state IS NULL OR (version IS NOT NULL AND terms IS NOT NULL AND onnx IS NOT NULL AND model IS NOT NULL
      AND manifest IS NOT NULL AND card IS NOT NULL))`,
  `CREATE UNIQUE INDEX models_champion ON models (name) WHERE state = 'champion'`,
  `CREATE UNIQUE INDEX models_version ON models (name, version) WHERE state IS NOT NULL`,
  // One row per command: `model` is what it was about, or what serves after a roll back (null: the prior); `replaced` is
  // the champion that left.
  `CREATE TABLE model_changes (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at timestamptz NOT NULL,
    name text NOT NULL,
    action text NOT NULL CHECK (action IN ('add', 'shadow', 'promote', 'retire', 'rollback')),
    model text REFERENCES models (hash),
    replaced text REFERENCES models (hash),
    actor text NOT NULL,
    reason text NOT NULL
  )`,
  `CREATE INDEX model_changes_of_name ON model_changes (name, id)`,
];

const DECISIONS = [
  `ALTER TABLE scores
    ADD COLUMN match_model text,
    ADD COLUMN match_logit double precision,
    ADD COLUMN match_contributions double precision[]`,
  // Null before this migration: then the decisions' own lists of events tell.
  `ALTER TABLE events ADD COLUMN lead_version integer`,
];

const SHADOWS = [
  `CREATE TABLE shadow_scores (
    tenant_id text NOT NULL,
    lead_id text NOT NULL,
    version integer NOT NULL,
    model text NOT NULL,
    logit double precision NOT NULL,
    scored_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, lead_id, version, model)
  )`,
  `CREATE INDEX shadow_scores_age ON shadow_scores (scored_at)`,
  // Old rows go in portions, so that no statement holds locks for long: call again while it returns more than 0.
  `CREATE FUNCTION prune_shadow_scores(before timestamptz, at_most integer) RETURNS integer
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
    DECLARE
      gone integer;
    BEGIN
      DELETE FROM shadow_scores WHERE ctid = ANY (
        ARRAY(SELECT ctid FROM shadow_scores WHERE scored_at < before LIMIT at_most));
      GET DIAGNOSTICS gone = ROW_COUNT;
      RETURN gone;
    END $$`,
  `REVOKE EXECUTE ON FUNCTION prune_shadow_scores FROM PUBLIC`,
];

const SHIFTS = [
  // Never changed, only followed by a later one: a decision of last month was made with the shift of last month.
  `CREATE TABLE tenant_shifts (
    tenant_id text NOT NULL,
    model text NOT NULL REFERENCES models (hash),
    set_at timestamptz NOT NULL,
    shift double precision NOT NULL,
    rows integer NOT NULL,
    positives integer NOT NULL,
    PRIMARY KEY (tenant_id, model, set_at)
  )`,
];

const SECURITY = ['shadow_scores', 'tenant_shifts'].flatMap((table) => [
  `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
  // The sub-select is evaluated once per statement, not once per row.
  `CREATE POLICY own_tenants ON ${table} USING (tenant_id = ANY ((SELECT visible_tenants())::text[]))`,
  `CREATE POLICY operators_look ON ${table} FOR SELECT USING ('*' = ANY ((SELECT visible_tenants())::text[]))`,
]);

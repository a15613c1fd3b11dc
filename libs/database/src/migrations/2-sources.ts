import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Who may send webhooks, and with which keys. Rows of the platform itself stand under tenant '_', which no tenant can
 * have as its id.
 */
export class Sources1790000000002 implements MigrationInterface {
  readonly name = 'Sources1790000000002';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE source_keys, sources');
  }
}

const STATEMENTS = [
  `CREATE TABLE sources (
    source_id text PRIMARY KEY CHECK (source_id ~ '^[A-Za-z0-9_-]{1,64}$'),
    tenant_id text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'revoked')),
    options jsonb NOT NULL DEFAULT '{}',
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (source_id, tenant_id)
  )`,
  `CREATE INDEX sources_of_tenant ON sources (tenant_id, created_at)`,
  // The secret is sealed for this source and key: in another row it does not open.
  `CREATE TABLE source_keys (
    source_id text NOT NULL,
    key_id text NOT NULL,
    tenant_id text NOT NULL,
    sealed text NOT NULL,
    not_before timestamptz,
    not_after timestamptz,
    revoked_at timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    last_used_at timestamptz,
    uses bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (source_id, key_id),
    FOREIGN KEY (source_id, tenant_id) REFERENCES sources (source_id, tenant_id)
  )`,
  // The platform's own webhooks are there from the start, with the key that is built in.
  `INSERT INTO sources (source_id, tenant_id, kind, name, state)
    VALUES ('ghl', '_', 'ghl', 'GoHighLevel marketplace app', 'active')`,
  ...['sources', 'source_keys'].flatMap((table) => [
    `ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY`,
    `CREATE POLICY own_tenants ON ${table} USING (tenant_id = ANY ((SELECT visible_tenants())::text[]))`,
    // '*' among the tenants of a transaction: whoever may see all of them.
    `CREATE POLICY operators ON ${table} USING ('*' = ANY ((SELECT visible_tenants())::text[]))`,
  ]),
];

import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * How far each tenant's leads are gone through again, because silence sends no webhook. Kept beside the leads and not in
 * them, so that a lead whose odds did not move is not written at all.
 */
export class Sweeps1790000000010 implements MigrationInterface {
  readonly name = 'Sweeps1790000000010';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE sweeps');
  }
}

const STATEMENTS = [
  `CREATE TABLE sweeps (
    tenant_id text PRIMARY KEY REFERENCES tenants (id),
    began_at timestamptz NOT NULL,
    after_lead_id text NOT NULL,
    finished_at timestamptz,
    lease_by text,
    lease_until timestamptz
  )`,
  `ALTER TABLE sweeps ENABLE ROW LEVEL SECURITY`,
  `CREATE POLICY own_tenants ON sweeps USING (tenant_id = ANY ((SELECT visible_tenants())::text[]))`,
  // Whose turn it is is a question about all tenants.
  `CREATE POLICY operators ON sweeps USING ('*' = ANY ((SELECT visible_tenants())::text[]))`,
];

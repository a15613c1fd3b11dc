import type { MigrationInterface, QueryRunner } from 'typeorm';

const LOOKED_AT = ['events', 'scores'];

/** Lets an operator, who may see every tenant, read the life of any delivery: what was stored and what it was scored. */
export class OperatorsLook1790000000006 implements MigrationInterface {
  readonly name = 'OperatorsLook1790000000006';

  async up(runner: QueryRunner): Promise<void> {
    for (const table of LOOKED_AT) {
      await runner.query(
        `CREATE POLICY operators_look ON ${table} FOR SELECT USING ('*' = ANY ((SELECT visible_tenants())::text[]))`,
      );
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of LOOKED_AT) await runner.query(`DROP POLICY operators_look ON ${table}`);
  }
}

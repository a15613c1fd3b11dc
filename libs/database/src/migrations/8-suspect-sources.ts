import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Sources whose signatures have stopped to match, as the gateways tell: one row per source, of its latest time of
 * suspicion. No tenant's: which tenant a source speaks for stands in `sources`.
 */
export class SuspectSources1790000000008 implements MigrationInterface {
  readonly name = 'SuspectSources1790000000008';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE suspect_sources (
      source_id text PRIMARY KEY,
      source text NOT NULL,
      since_at timestamptz NOT NULL,
      last_at timestamptz NOT NULL,
      held_back bigint NOT NULL,
      kept bigint NOT NULL
    )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE suspect_sources');
  }
}

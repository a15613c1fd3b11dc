import { type Database, epochMs } from '@hub/database/registry';
import type { ModelName } from '@hub/intelligence';
import type { JudgedModel } from './judged-model.ts';

/** What models said of one lead in one decision. */
export interface Answers {
  readonly tenantId: string;
  readonly leadId: string;
  readonly scoredAtMs: number;
  /** One per model asked about, in their order. */
  readonly logits: readonly number[];
  /** What the tenant differed by from the first of them then; it is in the logit. */
  readonly shift: number;
}

const COLUMN: Readonly<Record<ModelName, string>> = {
  conversion: 'conversion',
  goingCold: 'going_cold',
  match: 'match',
};

/**
 * The newest decisions that all of `models` answered, champions and shadows alike; one per lead and day, the last of it: a
 * lead that is busy for an hour must not count a hundred times.
 * @param models Of one name.
 */
export async function answersOf(
  database: Database,
  models: readonly JudgedModel[],
  range: { readonly fromMs: number; readonly untilMs: number; readonly most: number },
): Promise<Answers[]> {
  const column = COLUMN[models[0]?.name ?? 'conversion'];
  const said = models.map((_, at) => `said_${at} AS (${saidBy(column, at + 4)})`);
  const logits = models.map((_, at) => `said_${at}.logit`).join(', ');
  const joins = models.slice(1).map((_, at) => `JOIN said_${at + 1} USING (tenant_id, lead_id, version)`);
  return database.asTenants(['*'], (tx) =>
    tx.query<Answers>({
      text: `WITH ${said.join(', ')}, daily AS (
          SELECT DISTINCT ON (tenant_id, lead_id, date_trunc('day', said_0.scored_at AT TIME ZONE 'UTC'))
            tenant_id, lead_id, said_0.scored_at, ARRAY[${logits}] AS logits, said_0.shift
          FROM said_0 ${joins.join(' ')}
          ORDER BY tenant_id, lead_id, date_trunc('day', said_0.scored_at AT TIME ZONE 'UTC'), version DESC
        )
        SELECT tenant_id AS "tenantId", lead_id AS "leadId", ${epochMs('scored_at')} AS "scoredAtMs", logits, shift
        FROM daily ORDER BY scored_at DESC, tenant_id, lead_id LIMIT $3`,
      values: [range.fromMs, range.untilMs, range.most, ...models.map(({ hashes }) => hashes)],
    }),
  );
}

/** The last contribution of a decision is what its tenant differed by; of a shadow's answer it is what was in force. */
function saidBy(column: string, parameter: number): string {
  const when = 'scored_at >= to_timestamp($1::float8 / 1000) AND scored_at <= to_timestamp($2::float8 / 1000)';
  return `SELECT tenant_id, lead_id, version, scored_at, ${column}_logit AS logit,
      ${column}_contributions[cardinality(${column}_contributions)] AS shift
    FROM scores WHERE ${column}_model = ANY ($${parameter}::text[]) AND ${when}
    UNION ALL SELECT tenant_id, lead_id, version, scored_at, logit, coalesce((
      SELECT shift FROM tenant_shifts
      WHERE tenant_shifts.tenant_id = shadow_scores.tenant_id AND tenant_shifts.model = shadow_scores.model
        AND set_at <= scored_at ORDER BY set_at DESC LIMIT 1), 0)
    FROM shadow_scores WHERE model = ANY ($${parameter}::text[]) AND ${when}`;
}

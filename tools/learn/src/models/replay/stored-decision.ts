import type { Database } from '@hub/database/registry';
import { epochMs } from '@hub/database/registry';
import type { ModelName } from '@hub/intelligence';

/** What one model said in a stored decision. */
export interface StoredScore {
  readonly model: ModelName;
  readonly hash: string;
  readonly logit: number;
  readonly contributions: readonly number[];
}

/** A decision as it was stored. */
export interface StoredDecision {
  readonly tenantId: string;
  readonly leadId: string;
  readonly version: number;
  readonly scoredAtMs: number;
  readonly band: string;
  /** null: missing. */
  readonly features: readonly (number | null)[];
  readonly scores: readonly StoredScore[];
}

interface Row extends Omit<StoredDecision, 'scores'> {
  readonly conversion_model: string;
  readonly conversion_logit: number;
  readonly conversion_contributions: number[];
  readonly going_cold_model: string;
  readonly going_cold_logit: number;
  readonly going_cold_contributions: number[];
  readonly match_model: string | null;
  readonly match_logit: number | null;
  readonly match_contributions: number[] | null;
}

const EVERY_TENANT = ['*'];
/** Below so many, decisions are counted; above, what the server remembers of its last count will do. */
const COUNTED_BELOW = 1_000_000;
/** More than wanted are drawn, as the number drawn varies. */
const MARGIN = 1.2;

/**
 * Decisions drawn at random from all that are stored; the same seed draws the same from the same table.
 * @param most All when there are no more.
 */
export async function sampleDecisions(database: Database, most: number, seed: number): Promise<StoredDecision[]> {
  const total = await countDecisions(database);
  const percent = Math.min(100, (100 * MARGIN * most) / Math.max(1, total));
  const rows = await database.asTenants(EVERY_TENANT, (tx) =>
    tx.query<Row>({
      text: `SELECT tenant_id AS "tenantId", lead_id AS "leadId", version, ${epochMs('scored_at')} AS "scoredAtMs", band,
          features, conversion_model, conversion_logit, conversion_contributions, going_cold_model, going_cold_logit,
          going_cold_contributions, match_model, match_logit, match_contributions
        FROM scores TABLESAMPLE BERNOULLI ($1) REPEATABLE ($2)
        ORDER BY hashtextextended(concat(tenant_id, lead_id, version), $2::bigint) LIMIT $3`,
      values: [percent, seed, most],
    }),
  );
  return rows.map(toDecision);
}

async function countDecisions(database: Database): Promise<number> {
  const [guess] = await database.query<{ n: number }>({
    text: `SELECT coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS n FROM pg_class
      WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'scores'::regclass)`,
  });
  if (guess !== undefined && guess.n >= COUNTED_BELOW) return guess.n;
  const [row] = await database.asTenants(EVERY_TENANT, (tx) =>
    tx.query<{ n: number }>({ text: 'SELECT count(*)::float8 AS n FROM scores' }),
  );
  return row?.n ?? 0;
}

function toDecision({ tenantId, leadId, version, scoredAtMs, band, features, ...row }: Row): StoredDecision {
  const scores: StoredScore[] = [
    {
      model: 'conversion',
      hash: row.conversion_model,
      logit: row.conversion_logit,
      contributions: row.conversion_contributions,
    },
    {
      model: 'goingCold',
      hash: row.going_cold_model,
      logit: row.going_cold_logit,
      contributions: row.going_cold_contributions,
    },
  ];
  if (row.match_model !== null && row.match_logit !== null && row.match_contributions !== null) {
    const { match_model: hash, match_logit: logit, match_contributions: contributions } = row;
    scores.push({ model: 'match', hash, logit, contributions });
  }
  return { tenantId, leadId, version, scoredAtMs, band, features, scores };
}

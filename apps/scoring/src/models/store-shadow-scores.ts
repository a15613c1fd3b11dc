import type { Database } from '@hub/database';

/** What a shadow says in place of a decision. */
export interface ShadowScore {
  readonly tenantId: string;
  readonly leadId: string;
  readonly version: number;
  readonly scoredAtMs: number;
  /** Hash. */
  readonly model: string;
  readonly logit: number;
}

/** Long enough for the longest window of a label (180 days) to be over. */
export const SHADOW_SCORES_KEPT_MS = 200 * 86_400_000;
const PRUNED_AT_ONCE = 5_000;

/** One that is stored already stays as it is. */
export async function storeShadowScores(database: Database, scores: readonly ShadowScore[]): Promise<void> {
  if (scores.length === 0) return;
  await database.asTenants([...new Set(scores.map(({ tenantId }) => tenantId))], (tx) =>
    tx.query({
      name: 'store-shadow-scores',
      text: `INSERT INTO shadow_scores (tenant_id, lead_id, version, model, logit, scored_at)
        SELECT tenant_id, lead_id, version, model, logit, to_timestamp(scored_at_ms / 1000)
        FROM unnest($1::text[], $2::text[], $3::int[], $4::text[], $5::float8[], $6::float8[])
          AS said (tenant_id, lead_id, version, model, logit, scored_at_ms)
        ON CONFLICT DO NOTHING`,
      values: [
        scores.map(({ tenantId }) => tenantId),
        scores.map(({ leadId }) => leadId),
        scores.map(({ version }) => version),
        scores.map(({ model }) => model),
        scores.map(({ logit }) => logit),
        scores.map(({ scoredAtMs }) => scoredAtMs),
      ],
    }),
  );
}

/** Forgets what shadows said before anyone can have a use for it. @returns How many scores went. */
export async function pruneShadowScores(database: Database, nowMs: number): Promise<number> {
  let total = 0;
  for (;;) {
    const [row] = await database.query<{ gone: number }>({
      text: 'SELECT prune_shadow_scores(to_timestamp($1::float8 / 1000), $2) AS gone',
      values: [nowMs - SHADOW_SCORES_KEPT_MS, PRUNED_AT_ONCE],
    });
    const gone = row?.gone ?? 0;
    if (gone === 0) return total;
    total += gone;
  }
}

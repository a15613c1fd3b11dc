import { type Database, epochMs } from '@hub/database';

/** A tenant whose leads are being gone through, held by one process for one page of them. */
export interface Turn {
  readonly tenantId: string;
  readonly beganAtMs: number;
  /** This lead and all before it are done. */
  readonly afterLeadId: string;
  /** A process that had it died or failed: some of the next leads may be decided on and not published. */
  readonly isResumed: boolean;
}

/** Where a turn has come to. */
export interface Progress {
  readonly tenantId: string;
  readonly afterLeadId: string;
  readonly isOver: boolean;
}

/** Long enough for a page beside a busy live lane; when it ends, the process that had the turn is taken for dead. */
const LEASE_MS = 15_000;

const EVERY_TENANT = ['*'];

const IS_FREE = `(finished_at IS NULL OR began_at <= to_timestamp($2::float8 / 1000))
  AND (lease_until IS NULL OR lease_until < now())`;

/** Makes the tenants known that came since the last look. */
export async function registerRounds(database: Database): Promise<void> {
  await database.asTenants(EVERY_TENANT, (tx) =>
    tx.query({
      text: `INSERT INTO sweeps (tenant_id, began_at, after_lead_id, finished_at)
        SELECT id, 'epoch', '', 'epoch' FROM all_tenants()
        WHERE NOT EXISTS (SELECT FROM sweeps WHERE tenant_id = all_tenants.id)
        ON CONFLICT DO NOTHING`,
    }),
  );
}

/**
 * Takes turns that nobody holds: rounds under way, and those that are to begin because the last began before
 * `dueBeforeMs`. At most half of them, so that another process finds some too.
 */
export async function takeTurns(
  database: Database,
  lease: string,
  { nowMs, dueBeforeMs, most }: { readonly nowMs: number; readonly dueBeforeMs: number; readonly most: number },
): Promise<Turn[]> {
  const rows = await database.asTenants(EVERY_TENANT, (tx) =>
    // Leases are compared by the clock of the database, which all processes share.
    tx.query<{ tenant_id: string; began_at_ms: number; after_lead_id: string; was_held: boolean }>({
      name: 'take-turns',
      text: `WITH taken AS MATERIALIZED (
          SELECT tenant_id, lease_by IS NOT NULL AS was_held FROM sweeps WHERE ${IS_FREE}
          ORDER BY began_at, tenant_id LIMIT least($3::int, (SELECT (count(*) + 1) / 2 FROM sweeps WHERE ${IS_FREE}))
          FOR UPDATE SKIP LOCKED
        )
        UPDATE sweeps SET lease_by = $4, lease_until = now() + ${LEASE_MS} * interval '1 ms', finished_at = NULL,
          began_at = CASE WHEN finished_at IS NULL THEN began_at ELSE to_timestamp($1::float8 / 1000) END,
          after_lead_id = CASE WHEN finished_at IS NULL THEN after_lead_id ELSE '' END
        FROM taken WHERE sweeps.tenant_id = taken.tenant_id
        RETURNING sweeps.tenant_id, ${epochMs('began_at')} AS began_at_ms, after_lead_id,
          was_held`,
      values: [nowMs, dueBeforeMs, most, lease],
    }),
  );
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    beganAtMs: row.began_at_ms,
    afterLeadId: row.after_lead_id,
    isResumed: row.was_held,
  }));
}

/** Writes down how far turns are and gives them back; those another process has taken over meanwhile are left to it. */
export async function endTurns(database: Database, lease: string, progress: readonly Progress[]): Promise<void> {
  await database.asTenants(
    progress.map(({ tenantId }) => tenantId),
    (tx) =>
      tx.query({
        name: 'end-turns',
        text: `UPDATE sweeps SET after_lead_id = done.after_lead_id, lease_by = NULL, lease_until = NULL,
            finished_at = CASE WHEN done.is_over THEN now() END
          FROM unnest($2::text[], $3::text[], $4::boolean[]) AS done (tenant_id, after_lead_id, is_over)
          WHERE sweeps.tenant_id = done.tenant_id AND lease_by = $1`,
        values: [
          lease,
          progress.map(({ tenantId }) => tenantId),
          progress.map(({ afterLeadId }) => afterLeadId),
          progress.map(({ isOver }) => isOver),
        ],
      }),
  );
}

import { type Database, epochMs, type Reach, type Tx } from '@hub/database';
import type { ReplayJob } from './replay-request.ts';

/** A job as the one who works on it sees it. */
export interface LeasedReplay {
  readonly id: string;
  /** Names this lease: who holds an older one of the same job has lost it. */
  readonly lease: string;
  readonly tenantId: string;
  readonly kind: ReplayJob['kind'];
  readonly filter: Record<string, unknown>;
  readonly ratePerS: number;
  readonly cursor: Record<string, unknown>;
}

export interface NewReplay {
  readonly tenantId: string;
  readonly kind: ReplayJob['kind'];
  readonly filter: object;
  readonly cursor: object;
  readonly ratePerS: number;
  readonly reach: Reach;
  readonly requestedBy: string;
  readonly reason: string;
}

const JOB = `id::text AS id, tenant_id AS "tenantId", kind, filter, state, rate_per_s AS "ratePerS", total::int AS total,
  sent::int AS sent, leads::int AS leads, requested_by AS "requestedBy", reason, failure,
  ${epochMs('created_at')} AS "createdAtMs", ${epochMs('updated_at')} AS "updatedAtMs", ${epochMs('finished_at')} AS "finishedAtMs"`;

const EVERY_TENANT = ['*'];

/** Long enough for a page to be sent; when it ends, the process that had the job is taken for dead. */
export const LEASE_MS = 15_000;

type JobRow = ReplayJob & Record<string, unknown>;

export async function insertReplay(tx: Tx, job: NewReplay, nowMs: number): Promise<ReplayJob> {
  const rows = await tx.query<JobRow>({
    text: `INSERT INTO replays (tenant_id, kind, filter, cursor, state, rate_per_s, total, leads, requested_by, reason,
        created_at, updated_at)
      VALUES ($1, $2, $3, $4, 'running', $5, $6, $7, $8, $9, to_timestamp($10::float8 / 1000),
        to_timestamp($10::float8 / 1000))
      RETURNING ${JOB}`,
    values: [
      job.tenantId,
      job.kind,
      JSON.stringify(job.filter),
      JSON.stringify(job.cursor),
      job.ratePerS,
      job.reach.matched,
      job.reach.leads,
      job.requestedBy,
      job.reason,
      nowMs,
    ],
  });
  const [row] = rows;
  if (row === undefined) throw new Error('a row that was inserted did not come back');
  return row;
}

/** Jobs, newest first. */
export function listReplays(tx: Tx, tenantIds: readonly string[] | undefined, limit: number): Promise<ReplayJob[]> {
  return tx.query<JobRow>({
    text: `SELECT ${JOB} FROM replays WHERE $1::text[] IS NULL OR tenant_id = ANY ($1) ORDER BY replays.id DESC LIMIT $2`,
    values: [tenantIds ?? null, limit],
  });
}

export async function readReplay(tx: Tx, id: string): Promise<ReplayJob | null> {
  const rows = await tx.query<JobRow>({ text: `SELECT ${JOB} FROM replays WHERE id = $1`, values: [id] });
  return rows[0] ?? null;
}

/** @returns The job as it is now: one that was over already stays as it ended. */
export async function cancelReplay(tx: Tx, id: string, nowMs: number): Promise<ReplayJob | null> {
  await tx.query({
    text: `UPDATE replays SET state = 'cancelled', finished_at = to_timestamp($2::float8 / 1000),
        updated_at = to_timestamp($2::float8 / 1000)
      WHERE id = $1 AND state = 'running'`,
    values: [id, nowMs],
  });
  return readReplay(tx, id);
}

/** Takes a job that nobody works on: a new one, or one whose process has died. @returns null when there is none. */
export function leaseReplay(database: Database, lease: string): Promise<LeasedReplay | null> {
  return database.asTenants(EVERY_TENANT, async (tx) => {
    // Leases are compared by the clock of the database, which all processes share.
    const rows = await tx.query<LeasedReplay & Record<string, unknown>>({
      text: `UPDATE replays SET lease_by = $1, lease_until = now() + $2 * interval '1 ms'
        WHERE id = (SELECT id FROM replays WHERE state = 'running' AND (lease_until IS NULL OR lease_until < now())
          ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED)
        RETURNING id::text AS id, lease_by AS lease, tenant_id AS "tenantId", kind, filter, rate_per_s AS "ratePerS",
          cursor`,
      values: [lease, LEASE_MS],
    });
    return rows[0] ?? null;
  });
}

/**
 * Writes down how far a job is, and holds it for longer.
 * @returns false when it was cancelled, or another process has it by now: stop.
 */
export async function advanceReplay(
  tx: Tx,
  { id, lease }: Pick<LeasedReplay, 'id' | 'lease'>,
  { cursor, sent, isOver }: { readonly cursor: object; readonly sent: number; readonly isOver: boolean },
): Promise<boolean> {
  const rows = await tx.query({
    text: `UPDATE replays SET cursor = $3, sent = sent + $4, updated_at = now(),
        lease_until = now() + $5 * interval '1 ms',
        state = CASE WHEN $6 THEN 'done' ELSE state END, finished_at = CASE WHEN $6 THEN now() END
      WHERE id = $1 AND lease_by = $2 AND state = 'running' RETURNING id`,
    values: [id, lease, JSON.stringify(cursor), sent, LEASE_MS, isOver],
  });
  return rows.length > 0;
}

/** Gives a job back, so that another process may go on at once. */
export async function releaseReplay(database: Database, { id, lease }: LeasedReplay): Promise<void> {
  await database.asTenants(EVERY_TENANT, (tx) =>
    tx.query({
      text: `UPDATE replays SET lease_by = NULL, lease_until = NULL WHERE id = $1 AND lease_by = $2`,
      values: [id, lease],
    }),
  );
}

/** @param failure What kind of error it was, never its message. */
export async function failReplay(database: Database, { id, lease }: LeasedReplay, failure: string): Promise<void> {
  await database.asTenants(EVERY_TENANT, (tx) =>
    tx.query({
      text: `UPDATE replays SET state = 'failed', failure = $3, finished_at = now(), updated_at = now()
        WHERE id = $1 AND lease_by = $2 AND state = 'running'`,
      values: [id, lease, failure],
    }),
  );
}

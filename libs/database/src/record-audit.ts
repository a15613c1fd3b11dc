import type { Tx } from './database.ts';

/** Something a person did that others may ask about later. */
export interface AuditEntry {
  readonly atMs: number;
  /** User id. */
  readonly actor: string;
  /** `replay`, `drop`, `rotate key`, … */
  readonly action: string;
  /** `*` for what concerns every tenant. */
  readonly tenantId: string;
  /** What it was done to: `dead letter 12`, `replay 3`. */
  readonly subject: string;
  /** Never secrets, never personal data. */
  readonly detail: Readonly<Record<string, unknown>>;
}

/** Writes down what was done, in the transaction that does it. */
export async function recordAudit(
  tx: Tx,
  { atMs, actor, action, tenantId, subject, detail }: AuditEntry,
): Promise<void> {
  await tx.query({
    name: 'record-audit',
    text: `INSERT INTO audit (at, actor, action, tenant_id, subject, detail)
      VALUES (to_timestamp($1::float8 / 1000), $2, $3, $4, $5, $6)`,
    values: [atMs, actor, action, tenantId, subject, JSON.stringify(detail)],
  });
}

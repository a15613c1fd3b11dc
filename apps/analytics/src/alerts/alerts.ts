import { Database, epochMs } from '@hub/database';
import { gaugeIn, LOGGER, type Logger, Registry } from '@hub/telemetry';
import { Inject, Injectable } from '@nestjs/common';
import { z } from 'zod';

export const ALERT_KINDS = ['ledgerImbalance', 'serviceGap', 'sourceSuspect', 'schemaChange', 'gradeDropped'] as const;
export type AlertKind = (typeof ALERT_KINDS)[number];

/** A condition that holds now; kind, subject and tenant tell it from others, so that it is opened once. */
export interface Condition {
  readonly subject: string;
  /** `_` where it is no tenant's. */
  readonly tenantId: string;
  /** Numbers and names of ours, never what a webhook says: it goes into the log. */
  readonly summary: string;
  readonly context: object;
}

export const alert = z.object({
  id: z.string(),
  kind: z.string(),
  subject: z.string(),
  tenantId: z.string(),
  openedAtMs: z.number().int(),
  /** null while it lasts. */
  closedAtMs: z.number().int().nullable(),
  summary: z.string(),
  context: z.record(z.string(), z.unknown()),
});
export type Alert = z.infer<typeof alert>;

interface OpenedRow {
  subject: string;
  tenant_id: string;
  summary: string;
  is_new: boolean;
}

/** Opens an alert when a condition begins, keeps its context current, and closes it when the condition ends. */
@Injectable()
export class Alerts {
  constructor(
    private readonly database: Database,
    @Inject(LOGGER) private readonly logger: Logger,
    private readonly registry: Registry,
  ) {}

  /** @param conditions All of this kind that hold now. Several processes may say so at once. */
  async reconcile(kind: AlertKind, conditions: readonly Condition[], nowMs: number): Promise<void> {
    const keys = conditions.map(({ subject, tenantId }) => ({ subject, tenant_id: tenantId }));
    const opened = await this.database.asTenants(['*'], async (tx) => {
      await tx.query({
        name: 'close-alerts',
        text: `UPDATE alerts SET closed_at = to_timestamp($2::float8 / 1000)
          WHERE kind = $1 AND closed_at IS NULL AND (subject, tenant_id) NOT IN (
            SELECT subject, tenant_id FROM json_to_recordset($3::json) AS still (subject text, tenant_id text))`,
        values: [kind, nowMs, JSON.stringify(keys)],
      });
      return conditions.length === 0 ? [] : tx.query<OpenedRow>(openStatement(kind, conditions, nowMs));
    });
    for (const { subject, tenant_id: tenantId, summary, is_new: isNew } of opened) {
      if (isNew) this.logger.error({ alert: kind, subject, tenantId }, summary);
    }
  }

  /** Newest first. @param scope Tenants of the transaction; `*` for all, and for what is no tenant's. */
  list(
    scope: readonly string[],
    options: { readonly isOpen: boolean | null; readonly limit: number },
  ): Promise<Alert[]> {
    return this.database.asTenants(scope, (tx) =>
      tx.query<Alert>({
        name: 'alerts',
        text: `SELECT id, kind, subject, tenant_id AS "tenantId", summary, context,
            ${epochMs('opened_at')} AS "openedAtMs",
            ${epochMs('closed_at')} AS "closedAtMs"
          FROM alerts WHERE $1::boolean IS NULL OR (closed_at IS NULL) = $1 ORDER BY opened_at DESC, id DESC LIMIT $2`,
        values: [options.isOpen, options.limit],
      }),
    );
  }

  /** Brings the metric up to date. */
  async measure(): Promise<void> {
    const rows = await this.database.asTenants(['*'], (tx) =>
      tx.query<{ kind: string; open: number }>({
        name: 'open-alerts',
        text: 'SELECT kind, count(*)::int AS open FROM alerts WHERE closed_at IS NULL GROUP BY kind',
      }),
    );
    const open = new Map(rows.map((row) => [row.kind, row.open]));
    const gauge = gaugeIn(this.registry, { name: 'hub_alerts_open', help: 'Alerts that last', labelNames: ['kind'] });
    for (const kind of ALERT_KINDS) gauge.set({ kind }, open.get(kind) ?? 0);
  }
}

function openStatement(kind: AlertKind, conditions: readonly Condition[], nowMs: number) {
  return {
    name: 'open-alerts-of-kind',
    text: `INSERT INTO alerts (kind, subject, tenant_id, opened_at, summary, context)
      SELECT $1, subject, tenant_id, to_timestamp($2::float8 / 1000), summary, context
      FROM json_to_recordset($3::json) AS found (subject text, tenant_id text, summary text, context jsonb)
      ORDER BY subject, tenant_id
      ON CONFLICT (kind, subject, tenant_id) WHERE closed_at IS NULL
        DO UPDATE SET summary = excluded.summary, context = excluded.context
        WHERE (alerts.summary, alerts.context) IS DISTINCT FROM (excluded.summary, excluded.context)
      RETURNING subject, tenant_id, summary, xmax = 0 AS is_new`,
    values: [
      kind,
      nowMs,
      JSON.stringify(
        conditions.map(({ subject, tenantId, summary, context }) => ({
          subject,
          tenant_id: tenantId,
          summary,
          context,
        })),
      ),
    ],
  };
}

import { type ReceivedWebhook, webhookReceived } from '@hub/contracts';
import { Database } from '@hub/database';
import { Publisher } from '@hub/messaging';
import { Injectable } from '@nestjs/common';

interface ParkedRow {
  id: string;
  event_id: string;
  received_at_ms: number;
  source: 'ghl';
  headers: Record<string, string>;
  traceparent: string;
  body: Buffer;
}

const RELEASE_LIMIT = 200;

/** Webhooks that came before their location was known. */
@Injectable()
export class ParkedWebhooks {
  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  /**
   * Puts a tenant's parked webhooks back into the inbox, oldest first, in packs.
   * Marked only after the broker has them: a crash in between sends them twice, and the second has no effect.
   */
  async release(tenantId: string): Promise<void> {
    for (;;) {
      const rows = await this.parkedOf(tenantId);
      if (rows.length === 0) return;
      await this.publisher.publish(
        webhookReceived,
        [],
        rows.map((row) => toWebhook(row, tenantId)),
      );
      await this.markReplayed(
        tenantId,
        rows.map((row) => row.id),
      );
    }
  }

  private parkedOf(tenantId: string): Promise<ParkedRow[]> {
    return this.database.asTenants([tenantId], (tx) =>
      tx.query<ParkedRow>({
        name: 'parked-webhooks',
        text: `SELECT id, event_id, extract(epoch FROM received_at)::float8 * 1000 AS received_at_ms, source, headers,
            traceparent, body
          FROM dead_letters WHERE tenant_id = $1 AND state = 'parked' ORDER BY id LIMIT $2`,
        values: [tenantId, RELEASE_LIMIT],
      }),
    );
  }

  private async markReplayed(tenantId: string, ids: readonly string[]): Promise<void> {
    await this.database.asTenants([tenantId], (tx) =>
      tx.query({
        name: 'mark-replayed',
        text: `UPDATE dead_letters SET state = 'replayed' WHERE tenant_id = $1 AND id = ANY ($2::bigint[])`,
        values: [tenantId, ids],
      }),
    );
  }
}

function toWebhook(row: ParkedRow, tenantId: string): ReceivedWebhook {
  return {
    eventId: row.event_id,
    tenantId,
    source: row.source,
    sourceId: row.source,
    receivedAtMs: Math.round(row.received_at_ms),
    headers: row.headers,
    traceparent: row.traceparent,
    body: row.body,
  };
}

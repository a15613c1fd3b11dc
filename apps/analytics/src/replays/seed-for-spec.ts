import type { ReceivedWebhook } from '@hub/contracts';
import { tenantWord, wordsOf } from '@hub/database';
import type pg from 'pg';

export const RECEIVED_MS = Date.parse('2026-09-01T12:00:00Z');

/** Bytes that are neither JSON nor text. */
export const ODD_BYTES = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x22, 0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]);

let serial = 0;

export function webhookOf(
  tenantId: string,
  more: Partial<ReceivedWebhook> = {},
): ReceivedWebhook & { tenantId: string } {
  serial += 1;
  const body = Buffer.from(JSON.stringify({ n: serial, contactId: 'ann' }));
  return {
    eventId: `event-${serial}`,
    source: 'hmac',
    sourceId: 'crm2',
    receivedAtMs: RECEIVED_MS + serial,
    headers: { 'content-type': 'application/json', 'x-odd': 'ümläut' },
    traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    body,
    ...more,
    tenantId,
  };
}

export interface SeedLetter {
  readonly state?: 'dead' | 'parked';
  readonly reason?: string;
  readonly cause?: string;
  readonly leadId?: string;
}

/** A letter as scoring keeps it. @returns Its id. */
export async function addLetter(
  owner: pg.Client,
  webhook: ReceivedWebhook,
  { state = 'dead', reason = 'notStorable', cause = 'store:22P05', leadId }: SeedLetter = {},
): Promise<string> {
  const { rows } = await owner.query<{ id: string }>(
    `INSERT INTO dead_letters (tenant_id, event_id, state, reason, cause, source, source_id, type, lead_id, received_at,
       headers, traceparent, body, first_failed_at, last_failed_at, attempt_log, words)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'InboundMessage', $8, to_timestamp($9::float8 / 1000), $10, $11, $12,
       to_timestamp($9::float8 / 1000), to_timestamp($9::float8 / 1000),
       jsonb_build_array(jsonb_build_object('atMs', $9::float8, 'reason', $4::text, 'cause', $5::text)),
       array_to_tsvector($13::text[]))
     RETURNING id::text AS id`,
    [
      webhook.tenantId ?? '_',
      webhook.eventId,
      state,
      reason,
      cause,
      webhook.source,
      webhook.sourceId,
      leadId ?? null,
      webhook.receivedAtMs,
      webhook.headers,
      webhook.traceparent,
      webhook.body,
      // Names of fields among them: more is found than scoring would have found, nothing less.
      [...new Set([tenantWord(webhook.tenantId ?? '_'), ...wordsOf(Buffer.from(webhook.body).toString('latin1'))])],
    ],
  );
  return rows[0]?.id ?? '';
}

/** An event and the delivery that brought it, as scoring stores them. */
export async function addApplied(owner: pg.Client, webhook: ReceivedWebhook, leadId: string): Promise<void> {
  serial += 1;
  const at = webhook.receivedAtMs;
  await owner.query(
    `INSERT INTO events (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, headers, traceparent, body)
     VALUES ($1, $2, to_timestamp($3::float8 / 1000), $4, 'InboundMessage', to_timestamp($3::float8 / 1000), $5, '[]', $6,
       $7, $8)`,
    [webhook.tenantId, webhook.eventId, at, webhook.source, leadId, webhook.headers, webhook.traceparent, webhook.body],
  );
  await owner.query(
    `INSERT INTO deliveries (received_at, pack_sequence, pack_position, tenant_id, event_id, stored_at, settled_at, source,
       source_id, type, lead_id, outcome, attempts, words)
     VALUES (to_timestamp($1::float8 / 1000), $2, 0, $3, $4, to_timestamp(($1::float8 + 2) / 1000),
       to_timestamp(($1::float8 + 9) / 1000), $5, $6, 'InboundMessage', $7, 'applied', 1, '')`,
    [at, 1_000_000 + serial, webhook.tenantId, webhook.eventId, webhook.source, webhook.sourceId, leadId],
  );
}

import { ledgerLineOf, type ReceivedWebhook } from '@hub/contracts';
import { epochMs, type EventIds, eventKey, type EventName, type Tx } from '@hub/database';
import type { Pack } from './packs.ts';

/** What became of one webhook. */
export type WebhookOutcome = 'applied' | 'duplicate' | 'dead' | 'parked';

/** Of one batch; a webhook that is not in it was a duplicate. */
export type Outcomes = ReadonlyMap<ReceivedWebhook, WebhookOutcome>;

/** What became of a pack's webhooks on one line of the ledger. */
interface LineOutcomes {
  sequence: number;
  stored_at_ms: number;
  tenant_id: string;
  minute_ms: number;
  applied: number;
  duplicates: number;
  dead: number;
  parked: number;
}

interface PackKey extends Record<string, unknown> {
  sequence: string;
  stored_at_ms: number;
}

/** A copy of an event that was applied before. */
export interface Copy {
  readonly pack: Pack;
  readonly tenantId: string;
  readonly webhook: ReceivedWebhook;
}

/**
 * Marks packs as settled and adds what became of their webhooks to the ledger, in the transaction that settles them: a
 * pack that was settled before, and is redelivered, adds nothing. The transaction must see the tenants of
 * `countedTenantsOf`. Rows are locked in one order, so that two batches cannot deadlock.
 * @returns The packs that were not settled before.
 */
export async function settlePacks(tx: Tx, packs: readonly Pack[], outcomes: Outcomes): Promise<ReadonlySet<Pack>> {
  if (packs.length === 0) return new Set();
  const settled = await tx.query<PackKey>({
    name: 'settle-packs',
    text: `WITH pack AS (
        INSERT INTO inbox_packs (sequence, stored_at, settled_at)
        SELECT sequence, to_timestamp(stored_at_ms / 1000), now()
        FROM unnest($1::bigint[], $2::float8[]) AS wanted (sequence, stored_at_ms) ORDER BY stored_at_ms, sequence
        ON CONFLICT (stored_at, sequence) DO UPDATE SET settled_at = excluded.settled_at
          WHERE inbox_packs.settled_at IS NULL
        RETURNING sequence, ${epochMs('stored_at')} AS stored_at_ms
      ), counted AS (
        INSERT INTO ledger_minutes (tenant_id, minute, applied, duplicates, dead, parked)
        SELECT tenant_id, to_timestamp(minute_ms / 1000), sum(applied), sum(duplicates), sum(dead), sum(parked)
        FROM json_to_recordset($3::json) AS line (sequence bigint, stored_at_ms float8, tenant_id text,
          minute_ms float8, applied int, duplicates int, dead int, parked int)
          JOIN pack USING (sequence, stored_at_ms)
        GROUP BY tenant_id, minute_ms ORDER BY tenant_id, minute_ms
        ON CONFLICT (tenant_id, minute) DO UPDATE SET applied = ledger_minutes.applied + excluded.applied,
          duplicates = ledger_minutes.duplicates + excluded.duplicates, dead = ledger_minutes.dead + excluded.dead,
          parked = ledger_minutes.parked + excluded.parked
      )
      SELECT sequence, stored_at_ms FROM pack`,
    values: [
      packs.map(({ sequence }) => sequence),
      packs.map(({ storedAtMs }) => storedAtMs),
      JSON.stringify(packs.flatMap((pack) => linesOf(pack, outcomes))),
    ],
  });
  const keys = new Set(settled.map((row) => `${row.sequence} ${row.stored_at_ms}`));
  return new Set(packs.filter(({ sequence, storedAtMs }) => keys.has(`${sequence} ${storedAtMs}`)));
}

/**
 * Counts copies per event, beside the times the first and the last were seen: which of them had the effect does not
 * matter, one that was slowed can be overtaken by its copy. What was received at the same time as that one is the same
 * request, stored twice by us; it is no copy.
 */
export async function countCopies(tx: Tx, eventIds: EventIds, copies: readonly Copy[]): Promise<void> {
  if (copies.length === 0) return;
  const receivedAtMs = await eventIds.receivedAtMs(tx, copies.map(nameOf));
  const seen = copies.flatMap((copy) => {
    const atMs = copy.webhook.receivedAtMs;
    const otherAtMs = receivedAtMs.get(eventKey(nameOf(copy))) ?? null;
    if (otherAtMs === atMs) return [];
    return {
      ...nameOf(copy),
      firstAtMs: Math.min(atMs, otherAtMs ?? atMs),
      lastAtMs: Math.max(atMs, otherAtMs ?? atMs),
    };
  });
  if (seen.length === 0) return;
  await tx.query({
    name: 'count-copies',
    text: `INSERT INTO duplicate_deliveries (tenant_id, event_id, first_seen_at, last_seen_at, copies)
      SELECT tenant_id, event_id, to_timestamp(min(first_ms) / 1000), to_timestamp(max(last_ms) / 1000), count(*)
      FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[]) AS copy (tenant_id, event_id, first_ms, last_ms)
      GROUP BY tenant_id, event_id ORDER BY tenant_id, event_id
      ON CONFLICT (tenant_id, event_id) DO UPDATE SET copies = duplicate_deliveries.copies + excluded.copies,
        first_seen_at = least(duplicate_deliveries.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(duplicate_deliveries.last_seen_at, excluded.last_seen_at)`,
    values: [
      seen.map(({ tenantId }) => tenantId),
      seen.map(({ eventId }) => eventId),
      seen.map(({ firstAtMs }) => firstAtMs),
      seen.map(({ lastAtMs }) => lastAtMs),
    ],
  });
}

function nameOf({ tenantId, webhook }: Copy): EventName {
  return { tenantId, eventId: webhook.eventId };
}

const COLUMN = { applied: 'applied', duplicate: 'duplicates', dead: 'dead', parked: 'parked' } as const;

/** Sums of a pack by tenant and minute. */
function linesOf(pack: Pack, outcomes: Outcomes): LineOutcomes[] {
  const lines = new Map<string, LineOutcomes>();
  for (const webhook of pack.webhooks) {
    const line = ledgerLineOf(webhook);
    if (line === null) continue;
    const key = `${line.tenantId} ${line.minuteMs}`;
    const counts = lines.get(key) ?? {
      sequence: pack.sequence,
      stored_at_ms: pack.storedAtMs,
      tenant_id: line.tenantId,
      minute_ms: line.minuteMs,
      applied: 0,
      duplicates: 0,
      dead: 0,
      parked: 0,
    };
    counts[COLUMN[outcomes.get(webhook) ?? 'duplicate']] += 1;
    lines.set(key, counts);
  }
  return [...lines.values()];
}

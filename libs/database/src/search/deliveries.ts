import type { ReceivedWebhook } from '@hub/contracts';
import type { Tx } from '../database.ts';
import { epochMs } from '../epoch-ms.ts';
import { webhookOf } from './letters.ts';
import { type Look, type Page, pageOf } from './page.ts';
import {
  bodyMatches,
  conditionsOf,
  hasWords,
  MAX_BYTES_AT_ONCE,
  type Reach,
  reachOf,
  type SearchFilter,
} from './search.ts';
import type { Conditions } from './conditions.ts';

export const DELIVERY_OUTCOMES = ['applied', 'duplicate', 'dead', 'parked'] as const;
export type DeliveryOutcome = (typeof DELIVERY_OUTCOMES)[number];

export interface DeliveryFilter extends SearchFilter {
  readonly outcome?: DeliveryOutcome | undefined;
}

/** One copy of a webhook in the inbox. */
export interface DeliveryLine {
  readonly tenantId: string;
  readonly eventId: string;
  readonly type: string | null;
  readonly leadId: string | null;
  readonly source: string;
  readonly sourceId: string;
  readonly outcome: DeliveryOutcome;
  readonly attempts: number;
  /** The job that sent it again; null when a sender did. */
  readonly replayId: string | null;
  readonly packSequence: string;
  readonly packPosition: number;
  readonly receivedAtMs: number;
  readonly storedAtMs: number;
  readonly settledAtMs: number;
}

export type DeliveryPosition = Pick<DeliveryLine, 'receivedAtMs' | 'packSequence' | 'packPosition'>;

const LINE = `tenant_id AS "tenantId", event_id AS "eventId", type, lead_id AS "leadId", source, source_id AS "sourceId",
  outcome, attempts, replay_id::text AS "replayId", pack_sequence::text AS "packSequence",
  pack_position AS "packPosition", ${epochMs('received_at')} AS "receivedAtMs", ${epochMs('stored_at')} AS "storedAtMs",
  ${epochMs('settled_at')} AS "settledAtMs"`;

/** The bytes of a delivery are those of its event, which bears its time unless it is a copy, or of its letter. */
const BODY = `coalesce(
  (SELECT body FROM events WHERE events.tenant_id = found.tenant_id AND events.event_id = found.event_id
    AND events.received_at = found.received_at),
  (SELECT body FROM dead_letters AS letter WHERE letter.tenant_id = found.tenant_id AND letter.event_id = found.event_id),
  (SELECT body FROM events WHERE events.tenant_id = found.tenant_id AND events.event_id = found.event_id LIMIT 1))`;

const POSITION = '(received_at, pack_sequence, pack_position)';
const POSITION_VALUES = '(to_timestamp(?::float8 / 1000), ?::bigint, ?::int)';

function deliveryConditions(filter: DeliveryFilter): Conditions {
  return conditionsOf(filter).andIf(filter.outcome, 'outcome = ?');
}

/** Whether an index has just these, in the order of the list, or few at all. */
function isDirect({ tenantIds, type, eventId, leadId, sourceId, text, bodyPath, outcome }: DeliveryFilter): boolean {
  if (eventId !== undefined || leadId !== undefined) return true;
  if ([sourceId, text, bodyPath, outcome].some((criterion) => criterion !== undefined)) return false;
  return tenantIds === undefined ? type === undefined : tenantIds.length === 1;
}

/** Deliveries, newest first, as far as the transaction may see them. */
export async function findDeliveries(
  tx: Tx,
  filter: DeliveryFilter,
  { limit, after }: { readonly limit: number; readonly after: DeliveryPosition | undefined },
): Promise<Page<DeliveryLine, DeliveryPosition>> {
  const page = await pageOf({
    limit,
    after,
    fromMs: filter.fromMs,
    toMs: filter.toMs,
    isDirect: isDirect(filter),
    hasWords: hasWords(filter),
    looksIntoBodies: filter.bodyPath !== undefined,
    rows: (look) => lookAtDeliveries(tx, filter, look),
    positionOf: ({ receivedAtMs, packSequence, packPosition }) => ({ receivedAtMs, packSequence, packPosition }),
    positionAt: (atMs): DeliveryPosition => ({ receivedAtMs: atMs, packSequence: '0', packPosition: 0 }),
  });
  return { rows: page.rows.map(({ matches: _matches, ...line }) => line), next: page.next };
}

function lookAtDeliveries(
  tx: Tx,
  filter: DeliveryFilter,
  { after, fromMs, count }: Look<DeliveryPosition>,
): Promise<(DeliveryLine & { matches: boolean })[]> {
  const conditions = deliveryConditions(filter).andIf(fromMs, 'received_at >= to_timestamp(?::float8 / 1000)');
  if (after !== undefined) {
    const { receivedAtMs, packSequence, packPosition } = after;
    // The first alone says the same to whoever prunes partitions.
    conditions.and('received_at <= to_timestamp(?::float8 / 1000)', receivedAtMs);
    conditions.and(`${POSITION} < ${POSITION_VALUES}`, receivedAtMs, packSequence, packPosition);
  }
  const matches = bodyMatches(conditions, filter.bodyPath, BODY);
  return tx.query<DeliveryLine & { matches: boolean }>({
    text: `SELECT ${LINE}, ${matches} AS matches FROM visible_deliveries AS found WHERE ${conditions.where}
      ORDER BY received_at DESC, pack_sequence DESC, pack_position DESC LIMIT ${conditions.bind(count)}`,
    values: conditions.values,
  });
}

export function reachOfDeliveries(tx: Tx, filter: DeliveryFilter): Promise<Reach> {
  return reachOf(tx, 'visible_deliveries', deliveryConditions(filter), filter.bodyPath, BODY);
}

/** Every copy of one webhook, oldest first. */
export function copiesOf(tx: Tx, tenantId: string, eventId: string): Promise<DeliveryLine[]> {
  return tx.query<DeliveryLine & Record<string, unknown>>({
    text: `SELECT ${LINE} FROM deliveries WHERE tenant_id = $1 AND event_id = $2
      ORDER BY stored_at, pack_sequence, pack_position LIMIT 1000`,
    values: [tenantId, eventId],
  });
}

/** What is kept of one webhook: its event, else its letter. */
export interface KeptWebhook {
  readonly webhook: ReceivedWebhook;
  /** When it happened, by the sender's clock; null for what could not be applied. */
  readonly atMs: number | null;
}

interface KeptRow extends Omit<ReceivedWebhook, 'tenantId'> {
  readonly tenantId: string;
  readonly atMs: number | null;
}

const KEPT = `tenant_id AS "tenantId", event_id AS "eventId", source, ${epochMs('received_at')} AS "receivedAtMs", headers,
  traceparent, body`;

/** @returns null when the transaction sees none. */
export async function readKeptWebhook(tx: Tx, tenantId: string, eventId: string): Promise<KeptWebhook | null> {
  const values = [tenantId, eventId];
  const applied = await tx.query<KeptRow & Record<string, unknown>>({
    text: `SELECT ${KEPT}, ${epochMs('at')} AS "atMs", coalesce((SELECT source_id FROM deliveries WHERE tenant_id = $1
        AND event_id = $2 AND outcome = 'applied' LIMIT 1), source) AS "sourceId"
      FROM events WHERE tenant_id = $1 AND event_id = $2 LIMIT 1`,
    values,
  });
  const rows =
    applied.length > 0
      ? applied
      : await tx.query<KeptRow & Record<string, unknown>>({
          text: `SELECT ${KEPT}, NULL::float8 AS "atMs", source_id AS "sourceId" FROM dead_letters
            WHERE tenant_id = $1 AND event_id = $2`,
          values,
        });
  const [row] = rows;
  return row === undefined ? null : { webhook: webhookOf(row), atMs: row.atMs };
}

export interface Scored {
  readonly leadId: string;
  readonly version: number;
  readonly scoredAtMs: number;
  readonly band: string;
  readonly conversionLogit: number;
  readonly goingColdLogit: number;
}

/** The decision that applied a webhook; decisions bear the time of the transaction that settled them. */
export async function decisionOf(tx: Tx, applied: DeliveryLine): Promise<Scored | null> {
  if (applied.leadId === null) return null;
  const rows = await tx.query<Scored & Record<string, unknown>>({
    text: `SELECT lead_id AS "leadId", version, ${epochMs('scored_at')} AS "scoredAtMs", band,
        conversion_logit AS "conversionLogit", going_cold_logit AS "goingColdLogit"
      FROM scores WHERE tenant_id = $1 AND lead_id = $2 AND scored_at = to_timestamp($3::float8 / 1000)
        AND $4 = ANY (event_ids)`,
    values: [applied.tenantId, applied.leadId, applied.settledAtMs, applied.eventId],
  });
  return rows[0] ?? null;
}

export interface DeliveryToSend {
  readonly position: DeliveryPosition;
  readonly matches: boolean;
  /** Null when its bytes are not kept any more. */
  readonly webhook: ReceivedWebhook | null;
}

/**
 * The next deliveries of a job, oldest first, with their bytes: as many as `limit` and `MAX_BYTES_AT_ONCE` allow, none only
 * when there is none. Copies and what the job itself sent are left out.
 */
export async function deliveriesToSend(
  tx: Tx,
  filter: DeliveryFilter,
  { jobId, after, limit }: { readonly jobId: string; readonly after: DeliveryPosition | null; readonly limit: number },
): Promise<DeliveryToSend[]> {
  const conditions = deliveryConditions(filter).and(`replay_id IS DISTINCT FROM ?::bigint`, jobId);
  if (filter.outcome === undefined) conditions.and(`outcome <> 'duplicate'`);
  if (after !== null) {
    conditions.and(`${POSITION} > ${POSITION_VALUES}`, after.receivedAtMs, after.packSequence, after.packPosition);
  }
  const matching = bodyMatches(conditions, filter.bodyPath, BODY);
  const rows = await tx.query<DeliveryLine & { matches: boolean }>({
    text: `SELECT ${LINE}, ${matching} AS matches FROM visible_deliveries AS found WHERE ${conditions.where}
      ORDER BY received_at, pack_sequence, pack_position LIMIT ${conditions.bind(limit)}`,
    values: conditions.values,
  });
  const deliveries: DeliveryToSend[] = [];
  let bytes = 0;
  for (const { matches, tenantId, eventId, receivedAtMs, packSequence, packPosition } of rows) {
    const kept = matches ? await readKeptWebhook(tx, tenantId, eventId) : null;
    const position = { receivedAtMs, packSequence, packPosition };
    deliveries.push({ position, matches, webhook: kept?.webhook ?? null });
    bytes += kept?.webhook.body.length ?? 0;
    if (bytes >= MAX_BYTES_AT_ONCE) break;
  }
  return deliveries;
}

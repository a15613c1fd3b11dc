import { type ReceivedWebhook, type SourceKind, UNKNOWN_TENANT } from '@hub/contracts';
import type { Tx } from '../database.ts';
import { epochMs } from '../epoch-ms.ts';
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

export const LETTER_STATES = ['dead', 'parked', 'replayed', 'dropped'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

export interface LetterFilter extends SearchFilter {
  readonly ids?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly cause?: string | undefined;
  readonly states?: readonly LetterState[] | undefined;
}

/** A dead letter as a list shows it. */
export interface LetterLine {
  readonly id: string;
  readonly tenantId: string;
  readonly eventId: string;
  readonly state: LetterState;
  readonly reason: string;
  readonly cause: string;
  readonly type: string | null;
  readonly leadId: string | null;
  readonly sourceId: string;
  readonly attempts: number;
  readonly bytes: number;
  readonly receivedAtMs: number;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  readonly sentAgainAtMs: number | null;
  readonly settledAtMs: number | null;
}

export interface LetterPosition {
  readonly receivedAtMs: number;
  readonly id: string;
}

const LINE = `id::text AS id, tenant_id AS "tenantId", event_id AS "eventId", state, reason, cause, type,
  lead_id AS "leadId", source_id AS "sourceId", attempts, octet_length(body) AS bytes, ${epochMs('received_at')} AS "receivedAtMs",
  ${epochMs('first_failed_at')} AS "firstFailedAtMs", ${epochMs('last_failed_at')} AS "lastFailedAtMs",
  ${epochMs('sent_again_at')} AS "sentAgainAtMs", ${epochMs('settled_at')} AS "settledAtMs"`;

function letterConditions(filter: LetterFilter): Conditions {
  const { states } = filter;
  const conditions = conditionsOf(filter)
    .andIf(filter.ids, 'id = ANY (?::bigint[])')
    .andIf(filter.reason, 'reason = ?')
    .andIf(filter.cause, 'cause = ?');
  return states?.length === 1
    ? conditions.and('state = ?', states[0])
    : conditions.andIf(states, 'state = ANY (?::text[])');
}

/** Whether an index has just these, in the order of the list, or few at all. */
function isDirect({ ids, eventId, leadId, ...filter }: LetterFilter): boolean {
  if (ids !== undefined || eventId !== undefined || leadId !== undefined) return true;
  const { tenantIds, type, sourceId, text, bodyPath, reason, cause, states } = filter;
  const asked = [tenantIds, type, sourceId, text, bodyPath, reason, cause, states].filter(
    (criterion) => criterion !== undefined,
  );
  return asked.length === 0 || (asked.length === 1 && tenantIds?.length === 1);
}

/** Letters, newest first, as far as the transaction may see them. */
export async function findLetters(
  tx: Tx,
  filter: LetterFilter,
  { limit, after }: { readonly limit: number; readonly after: LetterPosition | undefined },
): Promise<Page<LetterLine, LetterPosition>> {
  const page = await pageOf({
    limit,
    after,
    fromMs: filter.fromMs,
    toMs: filter.toMs,
    isDirect: isDirect(filter),
    hasWords: hasWords(filter),
    looksIntoBodies: filter.bodyPath !== undefined,
    rows: (look) => lookAtLetters(tx, filter, look),
    positionOf: ({ receivedAtMs, id }) => ({ receivedAtMs, id }),
    positionAt: (atMs): LetterPosition => ({ receivedAtMs: atMs, id: '0' }),
  });
  return { rows: page.rows.map(({ matches: _matches, ...line }) => line), next: page.next };
}

function lookAtLetters(
  tx: Tx,
  filter: LetterFilter,
  { after, fromMs, count }: Look<LetterPosition>,
): Promise<(LetterLine & { matches: boolean })[]> {
  const conditions = letterConditions(filter).andIf(fromMs, 'received_at >= to_timestamp(?::float8 / 1000)');
  if (after !== undefined) {
    conditions.and('(received_at, id) < (to_timestamp(?::float8 / 1000), ?::bigint)', after.receivedAtMs, after.id);
  }
  const matches = bodyMatches(conditions, filter.bodyPath, 'body');
  return tx.query<LetterLine & { matches: boolean }>({
    text: `SELECT ${LINE}, ${matches} AS matches FROM visible_dead_letters AS found WHERE ${conditions.where}
      ORDER BY received_at DESC, found.id DESC LIMIT ${conditions.bind(count)}`,
    values: conditions.values,
  });
}

export function reachOfLetters(tx: Tx, filter: LetterFilter): Promise<Reach> {
  return reachOf(tx, 'visible_dead_letters', letterConditions(filter), filter.bodyPath, 'body');
}

export interface LetterGroup {
  readonly reason: string;
  readonly cause: string;
  readonly letters: number;
  readonly dead: number;
  readonly parked: number;
  readonly replayed: number;
  readonly dropped: number;
  readonly tenants: number;
  readonly firstFailedAtMs: number;
  readonly lastFailedAtMs: number;
  /** The newest of them. */
  readonly exampleId: string;
}

/** Letters by root cause, those that wait for someone first. Reads counters, not letters. */
export function letterGroups(
  tx: Tx,
  { tenantIds, limit }: { readonly tenantIds: readonly string[] | undefined; readonly limit: number },
): Promise<LetterGroup[]> {
  const conditions = conditionsOf({ tenantIds }).and('letters > 0');
  const inState = (state: LetterState) =>
    `coalesce(sum(letters) FILTER (WHERE state = '${state}'), 0)::int AS ${state}`;
  return tx.query<LetterGroup & Record<string, unknown>>({
    text: `SELECT reason, cause, sum(letters)::int AS letters, ${LETTER_STATES.map(inState).join(', ')},
        count(DISTINCT tenant_id)::int AS tenants, min(${epochMs('first_failed_at')}) AS "firstFailedAtMs",
        max(${epochMs('last_failed_at')}) AS "lastFailedAtMs", max(example_id)::text AS "exampleId"
      FROM dead_letter_groups WHERE ${conditions.where}
      GROUP BY reason, cause ORDER BY dead DESC, parked DESC, "lastFailedAtMs" DESC LIMIT ${conditions.bind(limit)}`,
    values: conditions.values,
  });
}

export interface Letter extends LetterLine {
  /** Names of fields and codes. */
  readonly detail: string | null;
  readonly source: SourceKind;
  readonly headers: Readonly<Record<string, string>>;
  readonly traceparent: string;
  readonly body: Buffer;
  /** The latest attempts, oldest first. */
  readonly attemptLog: readonly { readonly atMs: number; readonly reason: string; readonly cause: string }[];
}

/** @returns null when the transaction sees none with that id. */
export async function readLetter(tx: Tx, id: string): Promise<Letter | null> {
  const rows = await tx.query<Letter & Record<string, unknown>>({
    name: 'letter',
    text: `SELECT ${LINE}, detail, source, headers, traceparent, body, attempt_log AS "attemptLog"
      FROM dead_letters WHERE id = $1`,
    values: [id],
  });
  return rows[0] ?? null;
}

/**
 * Marks letters that still wait as dropped; their bytes stay until their time is over.
 * @returns How many, at most `limit` at once.
 */
export async function dropLetters(tx: Tx, filter: LetterFilter, limit: number, nowMs: number): Promise<number> {
  const conditions = letterConditions({ ...filter, states: filter.states ?? ['dead', 'parked'] });
  conditions.and(`state IN ('dead', 'parked')`);
  const matches = bodyMatches(conditions, filter.bodyPath, 'body');
  const rows = await tx.query({
    text: `UPDATE dead_letters SET state = 'dropped', settled_at = to_timestamp(${conditions.bind(nowMs)}::float8 / 1000)
      WHERE id IN (SELECT id FROM visible_dead_letters WHERE ${conditions.where} AND ${matches}
        ORDER BY id LIMIT ${conditions.bind(limit)})
      RETURNING id`,
    values: conditions.values,
  });
  return rows.length;
}

export interface LetterToSend {
  readonly id: string;
  readonly matches: boolean;
  readonly webhook: ReceivedWebhook;
}

/**
 * The next letters of a job in the order of their ids, with their bytes: as many as `limit` and `MAX_BYTES_AT_ONCE` allow,
 * none only when there is none.
 */
export async function lettersToSend(
  tx: Tx,
  filter: LetterFilter,
  { afterId, upToId, limit }: { readonly afterId: string; readonly upToId: string; readonly limit: number },
): Promise<LetterToSend[]> {
  const conditions = letterConditions(filter).and('id > ?::bigint AND id <= ?::bigint', afterId, upToId);
  const matches = bodyMatches(conditions, filter.bodyPath, 'body');
  const rows = await tx.query<Letter & { matches: boolean }>({
    text: `SELECT ${LINE}, source, headers, traceparent, body, ${matches} AS matches
      FROM (SELECT *, sum(octet_length(body)) OVER (ORDER BY id) - octet_length(body) AS bytes_before
        FROM (SELECT * FROM visible_dead_letters WHERE ${conditions.where} ORDER BY id LIMIT ${conditions.bind(limit)})
          AS next) AS next
      WHERE bytes_before < ${MAX_BYTES_AT_ONCE} ORDER BY next.id`,
    values: conditions.values,
  });
  return rows.map((row) => ({ id: row.id, matches: row.matches, webhook: webhookOf(row) }));
}

/** The webhook again, byte for byte, with the id and time it had. */
export function webhookOf(row: Omit<ReceivedWebhook, 'tenantId'> & { readonly tenantId: string }): ReceivedWebhook {
  const { eventId, tenantId, source, sourceId, receivedAtMs, headers, traceparent, body } = row;
  const named = tenantId === UNKNOWN_TENANT ? null : tenantId;
  return { eventId, tenantId: named, source, sourceId, receivedAtMs, headers, traceparent, body };
}

export async function markSentAgain(tx: Tx, ids: readonly string[], nowMs: number): Promise<void> {
  await tx.query({
    name: 'mark-sent-again',
    text: `UPDATE dead_letters SET sent_again_at = to_timestamp($2::float8 / 1000) WHERE id = ANY ($1::bigint[])`,
    values: [ids, nowMs],
  });
}

/** The newest letter's id: what comes later is not part of a job. */
export async function newestLetterId(tx: Tx): Promise<string> {
  const rows = await tx.query<{ id: string }>({
    name: 'newest-letter',
    text: 'SELECT id::text AS id FROM dead_letters ORDER BY dead_letters.id DESC LIMIT 1',
  });
  return rows[0]?.id ?? '0';
}

import type { Tx } from '@hub/database';
import type { FailedAttempt } from './failed-attempts.ts';
import type { EventToApply, LetterToKeep } from './sort-webhooks.ts';
import { withBodies } from './store-webhooks.ts';
import { storableName, indexWords } from './words.ts';

/** A letter is rare and a person will look for it: more of it is searchable than of a delivery. */
const MAX_WORDS_CHARS = 64_000;
/** Attempts that are kept with their times. */
const MAX_LOGGED_ATTEMPTS = 20;

/**
 * Keeps webhooks aside. One that is kept already has failed once more: it counts as another attempt and, where it had
 * been replayed, is dead again; what a person dropped stays dropped.
 * @param earlier Attempts before this one, of the one letter that is kept.
 */
export async function keepLetters(
  tx: Tx,
  letters: readonly LetterToKeep[],
  nowMs: number,
  earlier: readonly FailedAttempt[] = [],
): Promise<void> {
  if (letters.length === 0) return;
  const { table, bodies } = withBodies(onePerEvent(letters), (letter) => ({
    tenant_id: letter.tenantId,
    state: letter.state,
    reason: letter.reason,
    cause: letter.cause,
    detail: letter.detail ?? null,
    source_id: letter.webhook.sourceId,
    type: storableName(letter.type),
    lead_id: storableName(letter.leadId),
    attempts: earlier.length + 1,
    attempt_log: [...earlier, { atMs: nowMs, reason: letter.reason, cause: letter.cause }],
    words: indexWords(letter.tenantId, letter.webhook.body, MAX_WORDS_CHARS),
  }));
  await tx.query({
    name: 'keep-letters',
    text: `INSERT INTO dead_letters AS kept (tenant_id, event_id, state, reason, cause, detail, source, source_id, type,
        lead_id, received_at, headers, traceparent, body, attempts, attempt_log, first_failed_at, last_failed_at, words)
      SELECT tenant_id, event_id, state, reason, cause, detail, source, source_id, type, lead_id,
        to_timestamp(received_at_ms / 1000), headers, traceparent, substring($2::bytea FROM body_from FOR body_bytes),
        attempts, attempt_log, to_timestamp((attempt_log -> 0 ->> 'atMs')::float8 / 1000), to_timestamp($3::float8 / 1000), array_to_tsvector(words)
      FROM json_to_recordset($1::json) AS letter (tenant_id text, event_id text, state text, reason text, cause text,
        detail text, source text, source_id text, type text, lead_id text, received_at_ms float8, headers jsonb,
        traceparent text, attempts int, attempt_log jsonb, words text[], body_from int, body_bytes int)
      ORDER BY tenant_id, event_id
      ON CONFLICT (tenant_id, event_id) DO UPDATE SET
        state = CASE kept.state WHEN 'dropped' THEN 'dropped' ELSE excluded.state END,
        reason = excluded.reason, cause = excluded.cause, detail = excluded.detail, type = excluded.type,
        lead_id = excluded.lead_id, attempts = kept.attempts + excluded.attempts, last_failed_at = excluded.last_failed_at,
        settled_at = CASE kept.state WHEN 'dropped' THEN kept.settled_at END,
        attempt_log = jsonb_path_query_array(kept.attempt_log || excluded.attempt_log,
          '$[$from to last]', jsonb_build_object('from', greatest(0,
            jsonb_array_length(kept.attempt_log || excluded.attempt_log) - ${MAX_LOGGED_ATTEMPTS})))`,
    values: [JSON.stringify(table), bodies, nowMs],
  });
}

/** Letters of webhooks that are applied by now, or were before: nothing more is to be done about them. */
export async function settleLetters(tx: Tx, applied: readonly EventToApply[], nowMs: number): Promise<void> {
  if (applied.length === 0) return;
  // Asked before it is written: there is nearly never one, and an update would wake the counting of groups.
  const found = await tx.query<{ id: string }>({
    name: 'letters-of-events',
    text: `SELECT id FROM unnest($1::text[], $2::text[]) AS applied (tenant_id, event_id)
      JOIN dead_letters USING (tenant_id, event_id) WHERE state IN ('dead', 'parked')`,
    values: [applied.map(({ tenantId }) => tenantId), applied.map(({ webhook }) => webhook.eventId)],
  });
  if (found.length === 0) return;
  await tx.query({
    name: 'settle-letters',
    text: `UPDATE dead_letters SET state = 'replayed', settled_at = to_timestamp($2::float8 / 1000)
      WHERE id = ANY ($1::bigint[]) AND state IN ('dead', 'parked')`,
    values: [found.map(({ id }) => id), nowMs],
  });
}

/** One statement cannot change a row twice; of several copies the last speaks. */
function onePerEvent(letters: readonly LetterToKeep[]): LetterToKeep[] {
  return [...new Map(letters.map((letter) => [`${letter.tenantId}\n${letter.webhook.eventId}`, letter])).values()];
}

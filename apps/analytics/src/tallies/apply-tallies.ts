import type { RefusalSample, Tally } from '@hub/contracts';
import { type Database, storableText, type Tx } from '@hub/database';
import type { Inbound } from '@hub/messaging';
import { addTallies } from './add-tallies.ts';
import { firstApplied } from './applied-messages.ts';
import { addKeyUses } from './key-uses.ts';
import { addSuspects } from './suspect-sources.ts';

type Message = Inbound<Tally>;

/**
 * Adds what services counted, each message once: its mark and its counts are in one transaction, so a redelivered one
 * adds nothing. Rows are locked in one order, so that two readers of the stream do not deadlock.
 */
export async function applyTallies(database: Database, stream: string, messages: readonly Message[]): Promise<void> {
  await database.asTenants(['*'], async (tx) => {
    const fresh = await firstApplied(tx, stream, messages);
    const tallies = fresh.map(({ payload }) => payload);
    await Promise.all([
      addMinutes(tx, tallies),
      addHours(tx, tallies),
      addDuplicates(tx, tallies),
      addKeyUses(
        tx,
        tallies.flatMap(({ keyUses }) => keyUses),
      ),
      addSuspects(
        tx,
        tallies.flatMap(({ suspects }) => suspects),
      ),
      keepRefusals(
        tx,
        tallies.flatMap(({ refusals }) => refusals),
      ),
    ]);
  });
}

async function addMinutes(tx: Tx, tallies: readonly Tally[]): Promise<void> {
  const rows = addTallies(tallies.flatMap(({ minutes }) => minutes));
  if (rows.length === 0) return;
  await tx.query({
    name: 'add-minutes',
    text: `INSERT INTO minute_tallies (tenant_id, minute, path, outcomes, latency)
      SELECT "tenantId", to_timestamp("minuteMs" / 1000), path, outcomes, latency
      FROM json_to_recordset($1::json) AS tally ("tenantId" text, "minuteMs" float8, path text, outcomes jsonb,
        latency bigint[])
      ON CONFLICT (tenant_id, minute, path) DO UPDATE
        SET outcomes = add_counts(minute_tallies.outcomes, excluded.outcomes),
          latency = add_buckets(minute_tallies.latency, excluded.latency)`,
    values: [JSON.stringify(rows)],
  });
}

async function addHours(tx: Tx, tallies: readonly Tally[]): Promise<void> {
  const answers = tallies.flatMap(({ minutes }) => minutes.filter(({ path }) => path === 'ack'));
  if (answers.length === 0) return;
  await tx.query({
    name: 'add-hours',
    text: `INSERT INTO hour_answers (tenant_id, hour, outcome, answered)
      SELECT "tenantId", date_trunc('hour', to_timestamp("minuteMs" / 1000), 'UTC') AS hour, key, sum(value::bigint)
      FROM json_to_recordset($1::json) AS tally ("tenantId" text, "minuteMs" float8, outcomes jsonb),
        jsonb_each_text(outcomes)
      GROUP BY "tenantId", hour, key ORDER BY "tenantId", hour, key
      ON CONFLICT (tenant_id, hour, outcome) DO UPDATE SET answered = hour_answers.answered + excluded.answered`,
    values: [JSON.stringify(answers)],
  });
}

/** Copies the gateway answered without storing them; scoring adds those it found itself to the same rows. */
async function addDuplicates(tx: Tx, tallies: readonly Tally[]): Promise<void> {
  const duplicates = tallies.flatMap((tally) => tally.duplicates);
  if (duplicates.length === 0) return;
  await tx.query({
    name: 'add-duplicates',
    text: `INSERT INTO duplicate_deliveries (tenant_id, event_id, first_seen_at, last_seen_at, copies)
      SELECT "tenantId", "eventId", to_timestamp(min("firstSeenAtMs") / 1000), to_timestamp(max("lastSeenAtMs") / 1000),
        sum(copies)
      FROM json_to_recordset($1::json) AS copy ("tenantId" text, "eventId" text, "firstSeenAtMs" float8,
        "lastSeenAtMs" float8, copies bigint)
      GROUP BY "tenantId", "eventId" ORDER BY "tenantId", "eventId"
      ON CONFLICT (tenant_id, event_id) DO UPDATE SET copies = duplicate_deliveries.copies + excluded.copies,
        first_seen_at = least(duplicate_deliveries.first_seen_at, excluded.first_seen_at),
        last_seen_at = greatest(duplicate_deliveries.last_seen_at, excluded.last_seen_at)`,
    values: [JSON.stringify(duplicates)],
  });
}

async function keepRefusals(tx: Tx, refusals: readonly RefusalSample[]): Promise<void> {
  if (refusals.length === 0) return;
  await tx.query({
    name: 'keep-refusals',
    text: `INSERT INTO refusals (at, source, source_id, reason, masked_start)
      SELECT to_timestamp("atMs" / 1000), source, "sourceId", reason, "maskedStart"
      FROM json_to_recordset($1::json) AS refusal ("atMs" float8, source text, "sourceId" text, reason text,
        "maskedStart" text)`,
    values: [
      JSON.stringify(refusals.map((refusal) => ({ ...refusal, maskedStart: storableText(refusal.maskedStart) }))),
    ],
  });
}

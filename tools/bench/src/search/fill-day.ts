/** One in so many is a copy of the one before it. */
const COPY_EVERY = 33;
/** Bodies of one tenant in so many are kept, so that 5 million deliveries fit a small disk: paths are searched in theirs. */
export const BODIES_EVERY = 4;
/** Of 1,000 that are no copies so many are dead, and so many parked. */
const DEAD = 20;
const PARKED = 5;

/** Numbers that look random and are not: from 0 up to `n` excluded, and in [0, 1). */
export const RANDOM_NUMBERS = [
  `CREATE FUNCTION bench_pick(i bigint, salt bigint, n bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (hashint8extended(i, salt) & 9007199254740991) % n`,
  `CREATE FUNCTION bench_unit(i bigint, salt bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (hashint8extended(i, salt) & 9007199254740991) / 9007199254740992.0::float8`,
];

// Each step is kept as it is: merged into one, Postgres would work out the same numbers again in every place they stand.
const STEPS = `
  ranked AS MATERIALIZED (
    SELECT i, event, is_copy, floor(exp(bench_unit(event, 1) * ln($4::int + 1)))::int AS rank
    FROM (SELECT i, i % ${COPY_EVERY} = 0 AS is_copy, i - (i % ${COPY_EVERY} = 0)::int AS event
      FROM generate_series($1::bigint, $2::bigint - 1) AS i) AS series
  ),
  chosen AS MATERIALIZED (
    SELECT i, event, is_copy, rank, 'benchLocation' || lpad(rank::text, 4, '0') AS tenant_id,
      rank * 100000 + floor((20 + 20000 / rank) * power(bench_unit(event, 2), 2))::int AS contact,
      bench_pick(event, 3, 100) AS kind, bench_pick(event, 4, 1000) AS fate,
      bench_pick(event, 5, $5::int)::int AS asked, bench_pick(event, 6, $5::int)::int AS answered,
      date_trunc('milliseconds', to_timestamp($3::float8 / 1000)
        + (i - $1::bigint) * interval '1 day' / ($2::bigint - $1::bigint)) AS received_at
    FROM ranked
  ),
  written AS MATERIALIZED (
    SELECT chosen.*, 'benchContact' || substr(md5(contact::text), 1, 12) AS contact_id,
      md5(event::text)::uuid::text AS event_id, ask.text || ' ' || answer.text AS said,
      person.id AS person_id, first_name, last_name, email, phone,
      to_char(received_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS at_text,
      CASE WHEN kind < 38 THEN 'InboundMessage' WHEN kind < 68 THEN 'OutboundMessage' WHEN kind < 80 THEN 'ContactUpdate'
        WHEN kind < 88 THEN 'ContactCreate' WHEN kind < 94 THEN 'ContactTagUpdate' WHEN kind < 98 THEN 'NoteCreate'
        ELSE 'AppointmentCreate' END AS type,
      CASE WHEN is_copy THEN 'duplicate' WHEN fate < ${DEAD} THEN 'dead' WHEN fate < ${DEAD + PARKED} THEN 'parked'
        ELSE 'applied' END AS outcome,
      (ARRAY['buyer', 'seller', 'renter', 'investor', 'vip'])[1 + contact % 5] AS tag, 100000 + 5000 * (contact % 300) AS budget
    FROM chosen JOIN bench_phrases AS ask ON ask.id = asked JOIN bench_phrases AS answer ON answer.id = answered
      JOIN bench_people AS person ON person.id = contact % $5::int
  ),
  sent AS MATERIALIZED (
    SELECT *, '{"type":"' || type || '","locationId":"' || tenant_id || CASE
        WHEN kind < 68 THEN '","contactId":"' || contact_id || '","messageType":"SMS","status":"delivered","body":"' || said
          || '","direction":"' || CASE WHEN kind < 38 THEN 'inbound' ELSE 'outbound' END
        ELSE '","id":"' || contact_id || '","firstName":"' || first_name || '","lastName":"' || last_name
          || '","email":"' || email || '","phone":"' || phone || '","tags":["' || tag
          || '"],"customFields":[{"id":"budget","value":' || budget || '}],"note":"' || said
        END || '","dateAdded":"' || at_text || '","webhookId":"' || event_id || '"}' AS body,
      CASE WHEN is_copy THEN '' ELSE array_to_tsvector(string_to_array('@' || tenant_id || ' ' || lower(concat_ws(' ', type,
        tenant_id, contact_id, said, left(at_text, 10), event_id, CASE WHEN kind < 38 THEN 'sms delivered inbound'
        WHEN kind < 68 THEN 'sms delivered outbound' ELSE concat_ws(' ', first_name, last_name, first_name, last_name || person_id,
        'example com', substr(phone, 2), tag, 'budget', budget) END)), ' ')) END AS words
    FROM written
  )`;

const CAUSE = `CASE WHEN outcome = 'parked' THEN ARRAY['unknownLocation', 'sort'] WHEN event % 20 < 3 THEN ARRAY['notStorable',
  'store:22P05'] WHEN event % 20 < 6 THEN ARRAY['notStorable', 'store:23514'] WHEN event % 20 < 12 THEN ARRAY['noLocation',
  'sort'] WHEN event % 20 < 15 THEN ARRAY['notJson', 'read'] ELSE ARRAY['retriesUsedUp', 'TypeError@fold-leads:foldLead'] END`;

/** Parked letters wait; of the dead four in ten do, the others were sent again or dropped. */
const STATE = `CASE WHEN outcome = 'parked' OR event % 10 < 4 THEN outcome WHEN event % 10 < 9 THEN 'replayed'
  ELSE 'dropped' END`;

/**
 * Makes the deliveries of one day, the bodies of those that were applied, and letters of the others. A row follows from its
 * number alone: days can be made in any order, and the same seed gives the same rows. Values: first number, the one after
 * the last, epoch ms when the day begins, tenants, people and phrases.
 * @param table Of the shape of `deliveries`.
 */
export function insertDay(table: string): string {
  return `WITH ${STEPS},
    delivered AS (
      INSERT INTO ${table} (received_at, pack_sequence, pack_position, tenant_id, event_id, stored_at, settled_at, source,
        source_id, type, lead_id, outcome, attempts, words)
      SELECT received_at, i / 3, i % 3, tenant_id, event_id, received_at + interval '2 ms', received_at + interval '9 ms',
        'ghl', 'ghl', type, contact_id, outcome, 1, words FROM sent
    ),
    applied AS (
      INSERT INTO events (tenant_id, event_id, received_at, source, type, at, lead_id, headers, traceparent, body)
      SELECT tenant_id, event_id, received_at, 'ghl', type, received_at, contact_id, '{}', '', convert_to(body, 'UTF8')
      FROM sent WHERE outcome = 'applied' AND rank % ${BODIES_EVERY} = 1
    )
    INSERT INTO dead_letters (tenant_id, event_id, state, reason, cause, source, source_id, type, lead_id, received_at,
      headers, traceparent, body, first_failed_at, last_failed_at, words)
    SELECT tenant_id, event_id, ${STATE}, (${CAUSE})[1], (${CAUSE})[2], 'ghl', 'ghl', type, contact_id, received_at, '{}', '',
      convert_to(body, 'UTF8'), received_at, received_at, words
    FROM sent WHERE outcome IN ('dead', 'parked')`;
}

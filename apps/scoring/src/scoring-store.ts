import type { LeadEvent, ReceivedWebhook } from '@hub/contracts';
import type { Database, LeadSummary, Tx } from '@hub/database';
import { FEATURES, type LeadState } from '@hub/intelligence';
import type { DecidedLead } from './decide.ts';
import type { LeadFacts } from './facts.ts';
import type { Models } from './models.ts';
import type { EventToApply, Install, LetterToKeep } from './sort-webhooks.ts';

/** A lead as stored; `state` is null and `version` 0 before its first decision. */
export interface LeadRow {
  readonly tenantId: string;
  readonly leadId: string;
  readonly version: number;
  readonly facts: LeadFacts;
  readonly state: LeadState | null;
  readonly summary: LeadSummary | null;
  readonly sparkline: readonly number[];
}

export interface LeadKey {
  readonly tenantId: string;
  readonly leadId: string;
}

interface StoredLead {
  tenant_id: string;
  lead_id: string;
  version: number;
  facts: LeadFacts;
  state: LeadState | null;
  summary: LeadSummary | null;
}

const LEAD_COLUMNS = 'leads.tenant_id, leads.lead_id, leads.version, leads.facts, leads.state, leads.summary';

/** Which of `locations` are tenants. */
export async function knownTenants(tx: Tx, locations: readonly string[]): Promise<Set<string>> {
  const rows = await tx.query<{ id: string }>({
    name: 'known-tenants',
    text: 'SELECT id FROM tenants WHERE id = ANY ($1)',
    values: [locations],
  });
  return new Set(rows.map((row) => row.id));
}

export async function registerTenants(tx: Tx, installs: readonly Install[]): Promise<void> {
  await tx.query({
    text: 'INSERT INTO tenants (id, name) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT DO NOTHING',
    values: [installs.map((install) => install.tenantId), installs.map((install) => install.name)],
  });
}

/**
 * Takes the event ids that no transaction took before: only these may have an effect.
 * Waits for a transaction that is taking one of them now. Ids are taken in one order, so two batches cannot deadlock.
 */
export async function claimEvents(tx: Tx, events: readonly EventToApply[]): Promise<EventToApply[]> {
  const wanted = new Map(events.map((event) => [keyOf(event.tenantId, event.webhook.eventId), event]));
  const inOrder = [...wanted].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, event]) => event);
  const taken = await tx.query<{ tenant_id: string; event_id: string }>({
    name: 'claim-events',
    text: `INSERT INTO event_ids (tenant_id, event_id, received_at)
      SELECT tenant_id, event_id, to_timestamp(received_at_ms / 1000)
      FROM unnest($1::text[], $2::text[], $3::float8[]) AS claimed (tenant_id, event_id, received_at_ms)
      ON CONFLICT DO NOTHING RETURNING tenant_id, event_id`,
    values: [
      inOrder.map((event) => event.tenantId),
      inOrder.map((event) => event.webhook.eventId),
      inOrder.map((event) => event.webhook.receivedAtMs),
    ],
  });
  const ours = new Set(taken.map((row) => keyOf(row.tenant_id, row.event_id)));
  return [...wanted].filter(([key]) => ours.has(key)).map(([, event]) => event);
}

/** Locks the leads for this transaction, making those that are new. */
export async function lockLeads(tx: Tx, keys: readonly LeadKey[], nowMs: number): Promise<LeadRow[]> {
  const wanted = keys.toSorted((a, b) => (keyOf(a.tenantId, a.leadId) < keyOf(b.tenantId, b.leadId) ? -1 : 1));
  const found = await lockExisting(tx, wanted);
  const missing = without(wanted, found);
  if (missing.length === 0) return found;
  const made = await tx.query<StoredLead>({
    name: 'make-leads',
    text: `INSERT INTO leads (tenant_id, lead_id, first_seen_at)
      SELECT tenant_id, lead_id, to_timestamp($3::float8 / 1000)
      FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id)
      ON CONFLICT DO NOTHING RETURNING ${LEAD_COLUMNS}`,
    values: [missing.map((key) => key.tenantId), missing.map((key) => key.leadId), nowMs],
  });
  const known = [...found, ...made.map(toRow)];
  // Another transaction made the rest since we looked; it has committed by now.
  const rest = without(wanted, known);
  return rest.length === 0 ? known : [...known, ...(await lockExisting(tx, rest))];
}

async function lockExisting(tx: Tx, keys: readonly LeadKey[]): Promise<LeadRow[]> {
  const rows = await tx.query<StoredLead>({
    name: 'lock-leads',
    text: `SELECT ${LEAD_COLUMNS}
      FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id) JOIN leads USING (tenant_id, lead_id)
      ORDER BY leads.tenant_id, leads.lead_id FOR UPDATE OF leads`,
    values: [keys.map((key) => key.tenantId), keys.map((key) => key.leadId)],
  });
  return rows.map(toRow);
}

/** Open leads whose last decision is older than `beforeMs`, locked; those another process holds are left to it. */
export async function lockQuietLeads(tx: Tx, tenantId: string, beforeMs: number, limit: number): Promise<LeadRow[]> {
  const rows = await tx.query<StoredLead>({
    name: 'lock-quiet-leads',
    text: `SELECT ${LEAD_COLUMNS} FROM leads
      WHERE tenant_id = $1 AND is_open AND scored_at < to_timestamp($2::float8 / 1000)
      ORDER BY scored_at LIMIT $3 FOR UPDATE SKIP LOCKED`,
    values: [tenantId, beforeMs, limit],
  });
  return rows.map(toRow);
}

/** Every stored event of the leads, for a refold. */
export async function storedEvents(tx: Tx, keys: readonly LeadKey[]): Promise<Map<string, LeadEvent[]>> {
  const rows = await tx.query<{ tenant_id: string; lead_id: string; lead_events: LeadEvent[] }>({
    name: 'events-of-leads',
    text: `SELECT tenant_id, lead_id, lead_events
      FROM unnest($1::text[], $2::text[]) AS wanted (tenant_id, lead_id) JOIN events USING (tenant_id, lead_id)`,
    values: [keys.map((key) => key.tenantId), keys.map((key) => key.leadId)],
  });
  const byLead = new Map<string, LeadEvent[]>();
  for (const row of rows) {
    const key = keyOf(row.tenant_id, row.lead_id);
    byLead.set(key, [...(byLead.get(key) ?? []), ...row.lead_events]);
  }
  return byLead;
}

/** Stores webhooks as events: one statement, bodies end to end in one binary value. */
export async function storeEvents(tx: Tx, events: readonly EventToApply[]): Promise<void> {
  if (events.length === 0) return;
  const { table, bodies } = withBodies(events, (event) => ({
    tenant_id: event.tenantId,
    type: event.type,
    at_ms: event.atMs,
    lead_id: event.lead?.leadId ?? null,
    lead_events: event.lead?.events ?? null,
  }));
  await tx.query({
    name: 'store-events',
    text: `INSERT INTO events
        (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, headers, traceparent, body)
      SELECT tenant_id, event_id, to_timestamp(received_at_ms / 1000), source, type, to_timestamp(at_ms / 1000),
        lead_id, lead_events, headers, traceparent, substring($2::bytea FROM body_from FOR body_bytes)
      FROM json_to_recordset($1::json) AS event (tenant_id text, event_id text, received_at_ms float8, source text,
        type text, at_ms float8, lead_id text, lead_events jsonb, headers jsonb, traceparent text,
        body_from int, body_bytes int)`,
    values: [JSON.stringify(table), bodies],
  });
}

/** Keeps webhooks aside; one that is kept already stays as it is. */
export async function keepLetters(tx: Tx, letters: readonly LetterToKeep[]): Promise<void> {
  if (letters.length === 0) return;
  const { table, bodies } = withBodies(letters, (letter) => ({
    tenant_id: letter.tenantId,
    state: letter.state,
    reason: letter.reason,
  }));
  await tx.query({
    name: 'keep-letters',
    text: `INSERT INTO dead_letters
        (tenant_id, event_id, state, reason, source, received_at, headers, traceparent, body)
      SELECT tenant_id, event_id, state, reason, source, to_timestamp(received_at_ms / 1000), headers, traceparent,
        substring($2::bytea FROM body_from FOR body_bytes)
      FROM json_to_recordset($1::json) AS letter (tenant_id text, event_id text, state text, reason text, source text,
        received_at_ms float8, headers jsonb, traceparent text, body_from int, body_bytes int)
      ON CONFLICT (tenant_id, event_id) DO NOTHING`,
    values: [JSON.stringify(table), bodies],
  });
}

/** Stores decisions and what they leave of their leads. */
export async function storeDecisions(tx: Tx, decided: readonly DecidedLead[]): Promise<void> {
  if (decided.length === 0) return;
  await tx.query({
    name: 'store-decisions',
    text: `WITH decision AS MATERIALIZED (
        SELECT * FROM json_to_recordset($1::json) AS decision (tenant_id text, lead_id text, version int,
          scored_at_ms float8, events int, facts jsonb, state jsonb, is_open boolean, band text, conversion_p float8,
          going_cold_p float8, summary jsonb, event_ids text[], features float8[], conversion_model text,
          conversion_logit float8, conversion_contributions float8[], going_cold_model text, going_cold_logit float8,
          going_cold_contributions float8[])
      ), stored AS (
        INSERT INTO scores (tenant_id, lead_id, version, scored_at, event_ids, band, features, conversion_model,
          conversion_logit, conversion_contributions, going_cold_model, going_cold_logit, going_cold_contributions)
        SELECT tenant_id, lead_id, version, to_timestamp(scored_at_ms / 1000), event_ids, band, features,
          conversion_model, conversion_logit, conversion_contributions, going_cold_model, going_cold_logit,
          going_cold_contributions
        FROM decision
      )
      UPDATE leads SET version = decision.version, event_count = leads.event_count + decision.events,
        facts = decision.facts, state = decision.state, is_open = decision.is_open, band = decision.band,
        conversion_p = decision.conversion_p, going_cold_p = decision.going_cold_p,
        scored_at = to_timestamp(decision.scored_at_ms / 1000), summary = decision.summary
      FROM decision WHERE leads.tenant_id = decision.tenant_id AND leads.lead_id = decision.lead_id`,
    values: [JSON.stringify(decided.map(toColumns))],
  });
}

/** Makes the models known that explain stored decisions. */
export async function storeCatalogue(database: Database, catalogue: Models['catalogue']): Promise<void> {
  await database.query({
    text: `INSERT INTO models (hash, name, kind, features, intercept)
      SELECT hash, name, kind, features, intercept FROM json_to_recordset($1::json)
        AS model (hash text, name text, kind text, features text[], intercept float8)
      ON CONFLICT DO NOTHING`,
    values: [JSON.stringify(catalogue)],
  });
}

function toColumns({ tenantId, lead, scored, features, conversion, goingCold }: DecidedLead) {
  const { eventIds, traceparent: _traceparent, ...summary } = scored;
  return {
    tenant_id: tenantId,
    lead_id: scored.leadId,
    version: scored.version,
    scored_at_ms: scored.scoredAtMs,
    events: lead.applied.length,
    facts: lead.facts,
    state: lead.state,
    is_open: scored.isOpen,
    band: scored.band,
    conversion_p: scored.conversion.probability,
    going_cold_p: scored.goingCold.probability,
    summary: summary satisfies LeadSummary,
    event_ids: eventIds,
    // JSON has no NaN: a missing value is null here and NULL in the stored array.
    features: Array.from(features.subarray(0, FEATURES.length), (value) => (Number.isNaN(value) ? null : value)),
    conversion_model: conversion.hash,
    conversion_logit: conversion.decision.logit,
    conversion_contributions: [...conversion.decision.contributions],
    going_cold_model: goingCold.hash,
    going_cold_logit: goingCold.decision.logit,
    going_cold_contributions: [...goingCold.decision.contributions],
  };
}

function withBodies<T extends { readonly webhook: ReceivedWebhook }>(
  items: readonly T[],
  columns: (item: T) => object,
) {
  let from = 1; // SQL counts bytes from 1
  const table = items.map((item) => {
    const { body, eventId, receivedAtMs, headers, source, traceparent } = item.webhook;
    const row = {
      ...columns(item),
      event_id: eventId,
      received_at_ms: receivedAtMs,
      source,
      headers,
      traceparent,
      body_from: from,
      body_bytes: body.length,
    };
    from += body.length;
    return row;
  });
  return { table, bodies: Buffer.concat(items.map((item) => item.webhook.body)) };
}

function without(keys: readonly LeadKey[], rows: readonly LeadRow[]): LeadKey[] {
  const there = new Set(rows.map((row) => keyOf(row.tenantId, row.leadId)));
  return keys.filter((key) => !there.has(keyOf(key.tenantId, key.leadId)));
}

function toRow(stored: StoredLead): LeadRow {
  const { tenant_id: tenantId, lead_id: leadId, version, facts, state, summary } = stored;
  return { tenantId, leadId, version, facts, state, summary, sparkline: summary?.sparkline ?? [] };
}

/** One text for an id within a tenant; tenant ids hold no line break. */
export function keyOf(tenantId: string, id: string): string {
  return `${tenantId}\n${id}`;
}

import type { Database, LeadSummary, Tx } from '@hub/database';
import { FEATURES } from '@hub/intelligence';
import type { DecidedLead } from './decide.ts';
import type { CatalogueEntry } from './models/models.ts';

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
          going_cold_contributions float8[], match_model text, match_logit float8, match_contributions float8[])
      ), stored AS (
        INSERT INTO scores (tenant_id, lead_id, version, scored_at, event_ids, band, features, conversion_model,
          conversion_logit, conversion_contributions, going_cold_model, going_cold_logit, going_cold_contributions,
          match_model, match_logit, match_contributions)
        SELECT tenant_id, lead_id, version, to_timestamp(scored_at_ms / 1000), event_ids, band, features,
          conversion_model, conversion_logit, conversion_contributions, going_cold_model, going_cold_logit,
          going_cold_contributions, match_model, match_logit, match_contributions
        FROM decision
      )
      UPDATE leads SET version = decision.version, event_count = leads.event_count + decision.events,
        facts = coalesce(decision.facts, leads.facts), state = coalesce(decision.state, leads.state), is_open = decision.is_open, band = decision.band,
        conversion_p = decision.conversion_p, going_cold_p = decision.going_cold_p,
        scored_at = to_timestamp(decision.scored_at_ms / 1000), summary = decision.summary
      FROM decision WHERE leads.tenant_id = decision.tenant_id AND leads.lead_id = decision.lead_id`,
    values: [JSON.stringify(decided.map(toColumns))],
  });
}

/** Makes the models known that explain stored decisions, and those that only a build of today could bring. */
export async function storeCatalogue(database: Database, catalogue: readonly CatalogueEntry[]): Promise<void> {
  for (const { hash, name, kind, features, terms, intercept, onnx } of catalogue) {
    await database.query({
      text: `INSERT INTO models (hash, name, kind, features, terms, intercept, onnx) VALUES ($1, $2, $3, $4, $5, $6, $7)
        ON CONFLICT DO NOTHING`,
      values: [hash, name, kind, features, terms, intercept, onnx],
    });
  }
}

function toColumns({ tenantId, lead, scored, features, conversion, goingCold, match }: DecidedLead) {
  const { eventIds, traceparent: _traceparent, ...summary } = scored;
  return {
    tenant_id: tenantId,
    lead_id: scored.leadId,
    version: scored.version,
    scored_at_ms: scored.scoredAtMs,
    events: lead.applied.length,
    // What only time has brought about left both as they are: they need not be sent, read and compressed again.
    facts: lead.facts === lead.row.facts ? null : lead.facts,
    state: lead.state === lead.row.state ? null : lead.state,
    is_open: scored.isOpen,
    band: scored.band,
    conversion_p: scored.conversion.probability,
    going_cold_p: scored.goingCold.probability,
    summary: summary satisfies LeadSummary,
    event_ids: eventIds,
    features: arrayText(features.subarray(0, FEATURES.length)),
    conversion_model: conversion.hash,
    conversion_logit: conversion.decision.logit,
    conversion_contributions: arrayText(conversion.decision.contributions),
    going_cold_model: goingCold.hash,
    going_cold_logit: goingCold.decision.logit,
    going_cold_contributions: arrayText(goingCold.decision.contributions),
    match_model: match?.hash ?? null,
    match_logit: match?.decision.logit ?? null,
    match_contributions: match === null ? null : arrayText(match.decision.contributions),
  };
}

/** As Postgres reads an array: faster than out of JSON, number by number. A missing value is NULL in it. */
function arrayText(values: Float64Array): string {
  return `{${values.join(',').replaceAll('NaN', 'NULL')}}`;
}

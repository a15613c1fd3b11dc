import type { LeadProfile, ModelScore, Reason, ScoredLead } from '@hub/contracts';
import type { Database } from './database.ts';

/** What `leads.summary` holds: the row of the live queue as last published. */
export type LeadSummary = Omit<ScoredLead, 'eventIds' | 'traceparent'>;

interface ProfileRow {
  summary: LeadSummary;
  event_count: number;
  first_seen_at_ms: number;
  facts: { assignedTo?: { value: string }; source?: { value: string } };
  features: (number | null)[];
  conversion: ModelColumns;
  going_cold: ModelColumns;
}

interface ModelColumns {
  intercept: number;
  names: string[];
  contributions: number[];
}

const PROFILE = `
  SELECT leads.summary, leads.event_count, extract(epoch FROM leads.first_seen_at)::float8 * 1000 AS first_seen_at_ms,
    leads.facts, scores.features,
    json_build_object('intercept', conversion.intercept, 'names', coalesce(conversion.terms, conversion.features),
      'contributions', scores.conversion_contributions) AS conversion,
    json_build_object('intercept', going_cold.intercept, 'names', coalesce(going_cold.terms, going_cold.features),
      'contributions', scores.going_cold_contributions) AS going_cold
  FROM leads
  JOIN scores USING (tenant_id, lead_id, version, scored_at)
  JOIN models AS conversion ON conversion.hash = scores.conversion_model
  JOIN models AS going_cold ON going_cold.hash = scores.going_cold_model
  WHERE tenant_id = $1 AND lead_id = $2`;

/**
 * One lead of one tenant with every reason of the decision that stands.
 * @returns null when that tenant has no such lead.
 */
export async function readLeadProfile(
  database: Database,
  tenantId: string,
  leadId: string,
): Promise<LeadProfile | null> {
  const rows = await database.asTenants([tenantId], (tx) =>
    tx.query<ProfileRow>({ name: 'lead-profile', text: PROFILE, values: [tenantId, leadId] }),
  );
  return rows[0] === undefined ? null : toProfile(tenantId, rows[0]);
}

function toProfile(tenantId: string, row: ProfileRow): LeadProfile {
  const { reasons: _strongest, ...summary } = row.summary;
  return {
    ...summary,
    tenantId,
    eventCount: row.event_count,
    firstSeenAtMs: Math.round(row.first_seen_at_ms),
    assignedTo: row.facts.assignedTo?.value ?? null,
    source: row.facts.source?.value ?? null,
    conversion: withReasons(summary.conversion, row.conversion, row.features),
    goingCold: withReasons(summary.goingCold, row.going_cold, row.features),
  };
}

function withReasons(
  score: ModelScore,
  model: ModelColumns,
  features: readonly (number | null)[],
): LeadProfile['conversion'] {
  const reasons: Reason[] = model.names.map((feature, at) => ({
    feature,
    value: features[at] ?? null,
    contribution: model.contributions[at] ?? 0,
  }));
  return {
    ...score,
    intercept: model.intercept,
    reasons: reasons
      .filter((reason) => reason.contribution !== 0)
      .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
  };
}

import { type ExplainedScore, type LeadProfile, type ModelScore, reasonOf, type ScoredLead } from '@hub/contracts';
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
  match: ModelColumns | null;
}

interface ModelColumns {
  intercept: number;
  names: string[];
  contributions: number[];
  hash: string;
  kind: 'prior' | 'learned';
  version: string | null;
  /** Parts of the manifest; null for a prior. */
  data: { leads: number; until: string } | null;
  checked: { leads: number; until: string } | null;
}

const explained = (model: string, contributions: string): string =>
  `json_build_object('intercept', ${model}.intercept, 'names', coalesce(${model}.terms, ${model}.features),
      'contributions', ${contributions}, 'hash', ${model}.hash, 'kind', ${model}.kind, 'version', ${model}.version,
      'data', ${model}.manifest -> 'data', 'checked', ${model}.manifest #> '{data,slices,test}')`;

const PROFILE = `
  SELECT leads.summary, leads.event_count, extract(epoch FROM leads.first_seen_at)::float8 * 1000 AS first_seen_at_ms,
    leads.facts, scores.features,
    ${explained('conversion', 'scores.conversion_contributions')} AS conversion,
    ${explained('going_cold', 'scores.going_cold_contributions')} AS going_cold,
    CASE WHEN match.hash IS NOT NULL THEN ${explained('match', 'scores.match_contributions')} END AS match
  FROM leads
  JOIN scores USING (tenant_id, lead_id, version, scored_at)
  JOIN models AS conversion ON conversion.hash = scores.conversion_model
  JOIN models AS going_cold ON going_cold.hash = scores.going_cold_model
  LEFT JOIN models AS match ON match.hash = scores.match_model
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
    // A decision stored before it was told says so by being without it.
    thinEvidence: summary.thinEvidence ?? null,
    tenantId,
    eventCount: row.event_count,
    firstSeenAtMs: Math.round(row.first_seen_at_ms),
    assignedTo: row.facts.assignedTo?.value ?? null,
    source: row.facts.source?.value ?? null,
    conversion: withReasons(summary.conversion, row.conversion, row.features),
    goingCold: withReasons(summary.goingCold, row.going_cold, row.features),
    match: row.match === null || !summary.match ? null : withReasons(summary.match, row.match, row.features),
  };
}

function withReasons(score: ModelScore, model: ModelColumns, features: readonly (number | null)[]): ExplainedScore {
  return {
    ...score,
    intercept: model.intercept,
    reasons: model.contributions
      .map((contribution, at) => reasonOf(model.names, features, at, contribution))
      .filter(({ contribution }) => contribution !== 0)
      .toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)),
    model: decidedBy(model),
  };
}

function decidedBy({ kind, version, hash, data, checked }: ModelColumns): ExplainedScore['model'] {
  const learned =
    data === null || checked === null
      ? null
      : {
          leads: data.leads,
          untilMs: Date.parse(data.until),
          checkedLeads: checked.leads,
          checkedUntilMs: Date.parse(checked.until),
        };
  return { kind, version, hash, learned };
}

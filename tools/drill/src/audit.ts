import { isDeepStrictEqual } from 'node:util';
import { byTime, type LeadEvent } from '@hub/contracts';
import { foldAll } from '@hub/intelligence';
import pg from 'pg';

/** Where what was promised and what is stored differ; all empty when every promise held. */
export interface Audit {
  /** Accepted, but neither applied nor kept as a dead letter. */
  readonly lost: readonly string[];
  /** Stored as an event more than once, or part of more than one decision. */
  readonly appliedTwice: readonly string[];
  /** Leads whose stored state or count is not what their stored events give when folded from scratch. */
  readonly wrongLeads: readonly string[];
}

interface SentRow {
  event_id: string;
  stored: number;
  decided: number;
  kept: boolean;
}

/**
 * Holds what Postgres says against what was sent and accepted.
 * @param sent Everything that was ever sent: what was not accepted may be stored, but once.
 */
export async function audit(ownerUrl: string, sent: ReadonlySet<string>, acked: ReadonlySet<string>): Promise<Audit> {
  const client = new pg.Client({ connectionString: ownerUrl, application_name: 'hub-drill' });
  await client.connect();
  try {
    const rows = await readSent(client, [...sent]);
    const isSettled = ({ stored, decided, kept }: SentRow): boolean => kept || (stored > 0 && decided > 0);
    return {
      lost: idsOf(rows.filter((row) => acked.has(row.event_id) && !isSettled(row))),
      appliedTwice: idsOf(rows.filter(({ stored, decided }) => stored > 1 || decided > 1)),
      wrongLeads: await findWrongLeads(client),
    };
  } finally {
    await client.end();
  }
}

function idsOf(rows: readonly SentRow[]): string[] {
  return rows.map((row) => row.event_id);
}

async function readSent(client: pg.Client, sent: readonly string[]): Promise<SentRow[]> {
  const { rows } = await client.query<SentRow>(
    `WITH sent AS (SELECT unnest($1::text[]) AS event_id),
      stored AS (SELECT event_id, count(*)::int AS times FROM events GROUP BY 1),
      decided AS (SELECT event_id, count(*)::int AS times FROM scores, unnest(event_ids) AS event_id GROUP BY 1),
      kept AS (SELECT DISTINCT event_id FROM dead_letters)
    SELECT sent.event_id, coalesce(stored.times, 0) AS stored, coalesce(decided.times, 0) AS decided,
      kept.event_id IS NOT NULL AS kept
    FROM sent LEFT JOIN stored USING (event_id) LEFT JOIN decided USING (event_id) LEFT JOIN kept USING (event_id)`,
    [sent],
  );
  return rows;
}

async function findWrongLeads(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ lead: string; state: unknown; event_count: number; events: LeadEvent[][] }>(
    `SELECT leads.tenant_id || '/' || leads.lead_id AS lead, state, event_count,
      coalesce(json_agg(lead_events) FILTER (WHERE event_id IS NOT NULL), '[]') AS events
    FROM leads LEFT JOIN events USING (tenant_id, lead_id)
    GROUP BY leads.tenant_id, leads.lead_id`,
  );
  return rows.filter(({ state, event_count, events }) => !isSound(state, event_count, events)).map(({ lead }) => lead);
}

/** A lead that was made by a transaction whose events had all been applied before has no state. */
function isSound(state: unknown, eventCount: number, events: readonly LeadEvent[][]): boolean {
  if (events.length !== eventCount) return false;
  if (state === null) return events.length === 0;
  return isDeepStrictEqual(state, asStored(foldAll(events.flat().toSorted(byTime))));
}

function asStored(state: object): unknown {
  return JSON.parse(JSON.stringify(state));
}

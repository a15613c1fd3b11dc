import type { LeadEvent } from '@hub/contracts';
import type { Database, Tx } from '@hub/database/searching';
import { type EventLog, initialsOf, knownAt, type LeadHistory } from './lead-history.ts';

const LEADS_A_PAGE = 200;

/**
 * The event log of a hub: tenant by tenant, each seen alone behind row-level security, a page of leads at a time.
 * @param untilMs Nothing that happened later is read.
 */
export function postgresLog(database: Database, untilMs: number): EventLog {
  return {
    name: 'the event log of this hub',
    async *histories(onProgress) {
      const tenants = await database.query<{ id: string }>({ text: 'SELECT id FROM all_tenants()' });
      let all = 0;
      for (const { id } of tenants) all += await leadsOf(database, id);
      let read = 0;
      for (const { id } of tenants) {
        for await (const history of historiesOf(database, id, untilMs)) {
          read += 1;
          onProgress(read / all);
          yield history;
        }
      }
    },
  };
}

async function leadsOf(database: Database, tenantId: string): Promise<number> {
  const [row] = await database.asTenants([tenantId], (tx) =>
    tx.query<{ count: number }>({
      text: 'SELECT count(*)::int AS count FROM leads WHERE tenant_id = $1',
      values: [tenantId],
    }),
  );
  return row?.count ?? 0;
}

async function* historiesOf(database: Database, tenantId: string, untilMs: number): AsyncGenerator<LeadHistory> {
  let after = '';
  for (;;) {
    const page = await database.asTenants([tenantId], (tx) => readPage(tx, tenantId, after, untilMs));
    yield* page.histories;
    if (page.last === null) return;
    after = page.last;
  }
}

interface Page {
  readonly histories: readonly LeadHistory[];
  /** Where the next page begins; null at the end. */
  readonly last: string | null;
}

async function readPage(tx: Tx, tenantId: string, after: string, untilMs: number): Promise<Page> {
  const leads = await tx.query<{ lead_id: string; name: string | null }>({
    name: 'train-leads',
    text: `SELECT lead_id, facts #>> '{name,value}' AS name FROM leads
      WHERE tenant_id = $1 AND lead_id > $2 ORDER BY lead_id LIMIT $3`,
    values: [tenantId, after, LEADS_A_PAGE],
  });
  const ids = leads.map(({ lead_id }) => lead_id);
  const rows = await tx.query<{ lead_id: string; received_at_ms: number; lead_events: readonly LeadEvent[] }>({
    name: 'train-events',
    text: `SELECT lead_id, round(extract(epoch FROM received_at) * 1000)::float8 AS received_at_ms, lead_events
      FROM events WHERE tenant_id = $1 AND lead_id = ANY ($2) AND lead_events IS NOT NULL
        AND at <= to_timestamp($3::float8 / 1000)`,
    values: [tenantId, ids, untilMs],
  });
  const byLead = Map.groupBy(rows, (row) => row.lead_id);
  const histories = leads.map(({ lead_id: leadId, name }) => ({
    tenantId,
    leadId,
    ...withInitials(name),
    events: (byLead.get(leadId) ?? []).flatMap(({ lead_events, received_at_ms }) =>
      lead_events.map((event) => ({ event, knownAtMs: knownAt(event.atMs, received_at_ms) })),
    ),
  }));
  return { histories, last: ids.length < LEADS_A_PAGE ? null : (ids.at(-1) ?? null) };
}

/** No more of a name than that is kept. */
function withInitials(name: string | null): Pick<LeadHistory, 'initials'> {
  const initials = initialsOf(name);
  return initials === undefined ? {} : { initials };
}

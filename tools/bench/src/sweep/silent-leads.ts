import { Random } from '@hub/brokerage';
import type { LeadEvent } from '@hub/contracts';
import { foldAll, type LeadState } from '@hub/intelligence';
import pg from 'pg';

const DAY_MS = 86_400_000;

/** Different histories; leads share them, states are as large and as different as those of a brokerage. */
const HISTORIES = 2_000;
const INSERTED_AT_ONCE = 2_000;
/** Leads are old: half of them came more than so long ago. */
const MEDIAN_AGE_DAYS = 90;
const MAX_EVENTS = 60;

/** Something that happened, in ms before the lead is looked at first. */
type Past = Omit<LeadEvent, 'atMs'> & { readonly agoMs: number };

const KINDS = [
  { share: 3, type: 'message', actor: 'agent', direction: 'out', channel: 'sms' },
  { share: 2, type: 'message', actor: 'lead', direction: 'in', channel: 'sms' },
  { share: 4, type: 'message', actor: 'system', direction: 'out', channel: 'email' },
  { share: 3, type: 'email.opened', actor: 'lead', direction: 'in', channel: 'email' },
  { share: 1, type: 'call', actor: 'agent', direction: 'out', channel: 'call' },
  { share: 1, type: 'appointment.booked', actor: 'agent', direction: null, channel: null },
  { share: 1, type: 'opportunity.stage', actor: 'agent', direction: null, channel: null },
] as const;

/** Histories of leads who have all been silent for a day at least. */
export function histories(seed: number): readonly (readonly Past[])[] {
  const random = new Random(`silent leads ${seed}`);
  return Array.from({ length: HISTORIES }, (_, lead) => historyOf(random, lead));
}

function historyOf(random: Random, lead: number): readonly Past[] {
  const ageMs = (1 - Math.log2(1 - random.unit()) * MEDIAN_AGE_DAYS) * DAY_MS;
  const count = 1 + random.int(MAX_EVENTS);
  // Most happens at the beginning.
  const agos = Array.from({ length: count }, () => Math.max(DAY_MS, ageMs * Math.sqrt(random.unit())));
  const created = { ...KINDS[2], type: 'lead.created', direction: null, channel: 'website' } as const;
  return [ageMs, ...agos].map((agoMs, at) => {
    const { share: _share, ...kind } = at === 0 ? created : random.share(KINDS);
    return {
      ...kind,
      id: `${lead}-${at}#0`,
      leadId: 'lead',
      agoMs: Math.round(agoMs),
      stage: kind.type === 'opportunity.stage' ? `stage-of-a-pipeline-${random.int(5)}` : null,
      value: kind.type === 'call' ? random.int(600) : null,
      subjectId: `subject-of-20-letters-${at}`,
    };
  });
}

function statesAt(all: readonly (readonly Past[])[], nowMs: number): readonly LeadState[] {
  return all.map((events) => foldAll(events.map(({ agoMs, ...event }) => ({ ...event, atMs: nowMs - agoMs }))));
}

/** How many leads each tenant has: brokerages are of all sizes. */
export function sizesOf(leads: number, tenants: number): readonly number[] {
  const weights = Array.from({ length: tenants }, (_, at) => 1 / (at + 1));
  const whole = weights.reduce((sum, weight) => sum + weight, 0);
  const sizes = weights.map((weight) => Math.floor((leads * weight) / whole));
  const rest = leads - sizes.reduce((sum, size) => sum + size, 0);
  return sizes.map((size, at) => (at === 0 ? size + rest : size));
}

/** Fills in leads that were last decided on so long ago that they are due; all at once, as a sweep may begin any moment. */
export async function fillLeads(
  ownerUrl: string,
  sizes: readonly number[],
  past: readonly (readonly Past[])[],
  nowMs: number,
): Promise<void> {
  const states = statesAt(past, nowMs).map((state) => JSON.stringify(state));
  await asOwner(ownerUrl, async (client) => {
    await client.query('BEGIN');
    for (const [at, size] of sizes.entries()) {
      const tenant = `benchTenant${at}`;
      await client.query('INSERT INTO tenants (id, name) VALUES ($1, $1)', [tenant]);
      for (let from = 0; from < size; from += INSERTED_AT_ONCE) {
        const numbers = Array.from({ length: Math.min(INSERTED_AT_ONCE, size - from) }, (_, lead) => from + lead);
        await client.query(
          `INSERT INTO leads (tenant_id, lead_id, version, first_seen_at, event_count, facts, state, scored_at)
            SELECT $1, 'lead-' || number, 0, now(), 40, jsonb_build_object('name', jsonb_build_object(
              'value', 'Lead number ' || number, 'atMs', $4::float8, 'by', 'an-event-of-36-characters')),
              state::jsonb, now() - interval '2 days'
            FROM unnest($2::int[], $3::text[]) AS lead (number, state)`,
          [tenant, numbers, numbers.map((number) => states[number % states.length]), nowMs],
        );
      }
    }
    await client.query('COMMIT');
  });
}

/** Makes of every lead what it is a day later, when nothing more was heard of it, and every tenant due again. */
export async function letADayPass(ownerUrl: string, past: readonly (readonly Past[])[], nowMs: number): Promise<void> {
  const states = statesAt(past, nowMs - DAY_MS).map((state) => JSON.stringify(state));
  await asOwner(ownerUrl, async (client) => {
    await client.query('BEGIN');
    await client.query(
      'CREATE TEMP TABLE aged AS SELECT * FROM unnest($1::int[], $2::text[]) AS aged (history, state)',
      [[...states.keys()], states],
    );
    await client.query(
      `UPDATE leads SET state = aged.state::jsonb, scored_at = scored_at - interval '1 day', summary = jsonb_set(summary,
        '{scoredAtMs}', to_jsonb((summary->>'scoredAtMs')::float8 - ${DAY_MS}))
      FROM aged WHERE history = substr(lead_id, 6)::int % ${states.length}`,
    );
    await client.query(`UPDATE sweeps SET began_at = 'epoch', finished_at = 'epoch'`);
    await client.query('COMMIT');
    await client.query('VACUUM ANALYZE leads');
    await client.query('CHECKPOINT');
  });
}

export async function asOwner<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

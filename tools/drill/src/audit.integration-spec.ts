import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '@hub/contracts';
import { migrate } from '@hub/database/migrate';
import { foldAll } from '@hub/intelligence';
import { testPostgres, type TestDatabase } from '@hub/testkit';
import pg from 'pg';
import { audit } from './audit.ts';

const NOW_MS = Date.UTC(2026, 0, 15);
const IDS = ['first', 'second'];

let postgres: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, 'a-password', NOW_MS);
  client = new pg.Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`INSERT INTO tenants (id, name) VALUES ('maple', 'Maple')`);
}, 120_000);

afterAll(async () => {
  await client.end();
  await postgres.stop();
});

/** A lead with two messages, stored as it should be. */
beforeEach(async () => {
  await client.query('TRUNCATE leads, events, scores, dead_letters CASCADE');
  const events = IDS.map(message);
  for (const [at, id] of IDS.entries()) {
    await insertEvent(id, at);
    await insertScore(at + 1, [id]);
  }
  await client.query(
    `INSERT INTO leads (tenant_id, lead_id, first_seen_at, event_count, state) VALUES ('maple', 'lead', now(), 2, $1)`,
    [foldAll(events)],
  );
});

function message(eventId: string, at: number): LeadEvent {
  const what = { type: 'message', actor: 'lead', direction: 'in', channel: 'sms', stage: null, value: null } as const;
  return { id: `${eventId}#0`, leadId: 'lead', atMs: NOW_MS + at, subjectId: null, ...what };
}

async function insertEvent(eventId: string, at: number, receivedAtMs = NOW_MS): Promise<void> {
  await client.query(
    `INSERT INTO events (tenant_id, event_id, received_at, source, type, at, lead_id, lead_events, headers, traceparent, body)
     VALUES ('maple', $1, to_timestamp($2::float8 / 1000), 'ghl', 'InboundMessage', now(), 'lead', $3, '{}', '', '')`,
    [eventId, receivedAtMs, JSON.stringify([message(eventId, at)])],
  );
}

async function insertScore(version: number, eventIds: readonly string[]): Promise<void> {
  await client.query(
    `INSERT INTO scores (tenant_id, lead_id, version, scored_at, event_ids, band, features, conversion_model,
       conversion_logit, conversion_contributions, going_cold_model, going_cold_logit, going_cold_contributions)
     VALUES ('maple', 'lead', $1, now(), $2, 'warm', '{}', 'm', 0, '{}', 'm', 0, '{}')`,
    [version, eventIds],
  );
}

const found = (sent = IDS, acked = sent) => audit(postgres.url, new Set(sent), new Set(acked));

describe('audit', () => {
  it('finds nothing where everything is as it should be', async () => {
    expect(await found()).toEqual({ lost: [], appliedTwice: [], wrongLeads: [] });
  });

  it('names what was accepted and is nowhere, but not what was never accepted', async () => {
    expect(await found([...IDS, 'gone', 'refused'], [...IDS, 'gone'])).toMatchObject({ lost: ['gone'] });
  });

  it('takes a dead letter for kept', async () => {
    await client.query(
      `INSERT INTO dead_letters (tenant_id, event_id, state, reason, source, received_at, headers, traceparent, body)
       VALUES ('_', 'unreadable', 'dead', 'notJson', 'ghl', now(), '{}', '', '')`,
    );
    expect(await found([...IDS, 'unreadable'])).toMatchObject({ lost: [] });
  });

  it('misses a decision on a stored event', async () => {
    await client.query('DELETE FROM scores WHERE version = 2');
    expect(await found()).toMatchObject({ lost: ['second'] });
  });

  it('names what was stored twice, and the lead whose count then differs', async () => {
    await insertEvent('first', 0, NOW_MS + 40 * 86_400_000); // in another month: no key of the table forbids it
    expect(await found()).toMatchObject({ appliedTwice: ['first'], wrongLeads: ['maple/lead'] });
  });

  it('names what two decisions hold, also when its sender was never answered', async () => {
    await insertScore(3, ['second']);
    expect(await found(IDS, [])).toMatchObject({ appliedTwice: ['second'] });
  });

  it('names a lead whose state forgot an event', async () => {
    await client.query('UPDATE leads SET state = $1', [foldAll([message('first', 0)])]);
    expect(await found()).toEqual({ lost: [], appliedTwice: [], wrongLeads: ['maple/lead'] });
  });
});

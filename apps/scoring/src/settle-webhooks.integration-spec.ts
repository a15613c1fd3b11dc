import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ReceivedWebhook } from '@hub/contracts';
import { createPool, Database, EventIds, isOutage, openEventIdDay, readLeadProfile } from '@hub/database';
import { createBreaker } from '@hub/resilience';
import type pg from 'pg';
import type { Pack } from './packs.ts';
import { HOUR, message, newId, NOW, packOf, received, type SpecSettling, startSettling } from './settling-for-spec.ts';
import { settleWebhooks } from './settle-webhooks.ts';

let on: SpecSettling;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
  on = await startSettling();
  ({ database, owner } = on);
});

afterAll(() => on.stop());

const newTenant = () => on.newTenant();
const settle = (...webhooks: ReceivedWebhook[]) => on.settle(packOf(...webhooks));
const settlePack = (...packs: Pack[]) => on.settle(...packs);

async function count(table: string, tenantId: string): Promise<number> {
  const { rows } = await owner.query(`SELECT count(*)::int AS n FROM ${table} WHERE tenant_id = $1`, [tenantId]);
  return rows[0].n;
}

describe('settling webhooks', () => {
  it('scores a lead, and its profile explains the score to the last bit', async () => {
    const tenant = await newTenant();
    const settled = await settle(message(tenant, 5), message(tenant, 1));
    expect(settled).toMatchObject({ applied: 2, duplicates: 0, dead: 0, parked: 0 });
    const [scored] = settled.scores.get(tenant) ?? [];
    expect(scored).toMatchObject({ leadId: 'lead-1', version: 1, servedBy: 'onnx', modelKind: 'prior' });
    const profile = await readLeadProfile(database, tenant, 'lead-1');
    expect(profile).toMatchObject({ tenantId: tenant, version: 1, eventCount: 2, band: scored?.band });
    const { logit, intercept, reasons } = profile?.conversion ?? { logit: 0, intercept: 0, reasons: [] };
    expect(reasons.reduce((total, reason) => total + reason.contribution, intercept)).toBeCloseTo(logit, 10);
    expect(logit).toBe(scored?.conversion.logit);
  });

  it('applies one of 50 copies, whether they come together or side by side', async () => {
    const tenant = await newTenant();
    const one = message(tenant, 1);
    const copies = Array.from({ length: 50 }, () => ({ ...one }));
    const together = await settle(...copies);
    expect(together).toMatchObject({ applied: 1, duplicates: 49 });
    const other = message(tenant, 1);
    const sideBySide = await Promise.all(copies.map(() => settle(other)));
    expect(sideBySide.map((settled) => settled.applied).reduce((a, b) => a + b)).toBe(1);
    expect(await count('events', tenant)).toBe(2);
    expect(await count('scores', tenant)).toBe(2);
  });

  it('changes nothing on a redelivery and gives the standing score to be published again', async () => {
    const tenant = await newTenant();
    const webhook = message(tenant, 1);
    const first = await settle(webhook);
    const again = await settle(webhook);
    expect(again).toMatchObject({ applied: 0, duplicates: 1 });
    const [before] = first.scores.get(tenant) ?? [];
    const [after] = again.scores.get(tenant) ?? [];
    expect(after).toEqual({ ...before, eventIds: [], traceparent: null });
  });

  it('comes to the same state whatever the order of delivery', async () => {
    const [inOrder, shuffled] = [await newTenant(), await newTenant()];
    const story = (tenant: string) =>
      [200, 150, 90, 40, 3].map((hoursAgo, at) =>
        message(tenant, hoursAgo, {
          webhookId: `story-${at}`,
          messageId: `s${at}`,
          direction: at % 2 ? 'outbound' : 'inbound',
        }),
      );
    for (const webhook of story(inOrder)) await settle(webhook);
    const [a, b, c, d, e] = story(shuffled);
    for (const webhook of [d, a, e, c, b]) if (webhook !== undefined) await settle(webhook);
    const { rows } = await owner.query('SELECT state, facts FROM leads WHERE tenant_id = ANY ($1)', [
      [inOrder, shuffled],
    ]);
    expect(rows).toHaveLength(2);
    expect(rows[0]).toEqual(rows[1]);
  });

  it('parks webhooks of an unknown location until it installs the app', async () => {
    const location = newId('unheard');
    const early = message(location, 2);
    expect(await settle(early)).toMatchObject({ applied: 0, parked: 1 });
    const install = received({
      type: 'INSTALL',
      installType: 'Location',
      locationId: location,
      webhookId: newId('i'),
    });
    const settled = await settle(install);
    expect(settled).toMatchObject({ applied: 1, installed: [location] });
    expect(await settle(early)).toMatchObject({ applied: 1, parked: 0 });
  });

  it('dead-letters what it cannot read, once, with its exact bytes and the reason', async () => {
    const body = `{"type": "${newId('half a mess')}`;
    expect(await settle(received(body))).toMatchObject({ applied: 0, dead: 1 });
    expect(await settle(received(body))).toMatchObject({ applied: 0, dead: 1 });
    const { rows } = await owner.query('SELECT reason, state, body FROM dead_letters WHERE body = $1', [
      Buffer.from(body),
    ]);
    expect(rows).toEqual([{ reason: 'notJson', state: 'dead', body: Buffer.from(body) }]);
  });

  it('settles the good ones around one that Postgres cannot store', async () => {
    const tenant = await newTenant();
    const poison = { ...message(tenant, 1), headers: { 'user-agent': 'nul\0inside' } };
    const settled = await settle(message(tenant, 4), message(tenant, 3), poison, message(tenant, 2));
    expect(settled).toMatchObject({ applied: 3, dead: 1 });
    const { rows } = await owner.query(
      'SELECT tenant_id, reason, cause, type, lead_id, attempts FROM dead_letters WHERE event_id = $1',
      [poison.eventId],
    );
    expect(rows).toEqual([
      {
        tenant_id: tenant,
        reason: 'notStorable',
        cause: 'store:22P05',
        type: 'InboundMessage',
        lead_id: 'lead-1',
        attempts: 1,
      },
    ]);
  });

  describe('in the ledger', () => {
    async function linesOf(tenantId: string) {
      const { rows } = await owner.query(
        `SELECT received::int, applied::int, duplicates::int, dead::int, parked::int FROM ledger_minutes
         WHERE tenant_id = $1 ORDER BY minute`,
        [tenantId],
      );
      return rows;
    }
    const line = { received: 0, applied: 0, duplicates: 0, dead: 0, parked: 0 };

    it('counts what became of each webhook, by tenant and the minute it came in', async () => {
      const [maple, birch, nowhere] = [await newTenant(), await newTenant(), newId('unheard')];
      const again = message(maple, 1);
      await settle(again, message(maple, 2), { ...again }, message(birch, 1), message(nowhere, 1));
      await settle({ ...message(maple, 3), receivedAtMs: NOW + 60_000 });
      expect(await linesOf(maple)).toEqual([
        { ...line, applied: 2, duplicates: 1 },
        { ...line, applied: 1 },
      ]);
      expect(await linesOf(birch)).toEqual([{ ...line, applied: 1 }]);
      expect(await linesOf(nowhere)).toEqual([{ ...line, parked: 1 }]);
    });

    it('counts a pack once, however often and by however many it is settled', async () => {
      const tenant = await newTenant();
      const pack = packOf(message(tenant, 1), message(tenant, 2));
      await Promise.all(Array.from({ length: 8 }, () => settlePack(pack)));
      await settlePack(pack);
      expect(await linesOf(tenant)).toEqual([{ ...line, applied: 2 }]);
      expect(await count('duplicate_deliveries', tenant)).toBe(0);
      // The same sequence of a stream that was made anew is another message.
      await settlePack({ ...pack, storedAtMs: NOW + 1 });
      expect(await linesOf(tenant)).toEqual([{ ...line, applied: 2, duplicates: 2 }]);
    });

    const copiesOf = async (tenantId: string) => {
      const { rows } = await owner.query(
        `SELECT event_id, first_seen_at, last_seen_at, copies::int FROM duplicate_deliveries WHERE tenant_id = $1`,
        [tenantId],
      );
      return rows;
    };

    it('shows what came more than once, with the time it came first', async () => {
      const tenant = await newTenant();
      const first = message(tenant, 1);
      await settle(first);
      await settle({ ...first, receivedAtMs: NOW + 5_000 }, { ...first, receivedAtMs: NOW + 9_000 });
      const seen = { event_id: first.eventId, first_seen_at: new Date(NOW), last_seen_at: new Date(NOW + 9_000) };
      expect(await copiesOf(tenant)).toEqual([{ ...seen, copies: 2 }]);
    });

    it('shows the same times when a copy overtakes its first, which was slowed, and when both are in one batch', async () => {
      const [maple, birch] = [await newTenant(), await newTenant()];
      for (const tenant of [maple, birch]) {
        const first = message(tenant, 1);
        const copy = { ...first, receivedAtMs: NOW + 5_000 };
        if (tenant === birch) await settle(first, copy);
        else for (const webhook of [copy, first]) await settle(webhook);
        const seen = { event_id: first.eventId, first_seen_at: new Date(NOW), last_seen_at: new Date(NOW + 5_000) };
        expect(await copiesOf(tenant)).toEqual([{ ...seen, copies: 1 }]);
      }
    });

    it('shows the first time after a restart too, when the first was weeks ago', async () => {
      const tenant = await newTenant();
      const first = message(tenant, 1);
      await settle(first);
      await openEventIdDay(database, NOW + 30 * 24 * HOUR);
      const copy = { ...first, receivedAtMs: NOW + 30 * 24 * HOUR };
      const restarted = { ...on.settling, eventIds: new EventIds() };
      expect(await settleWebhooks([packOf(copy)], restarted, NOW)).toMatchObject({ applied: 0, duplicates: 1 });
      const seen = { event_id: first.eventId, first_seen_at: new Date(NOW), last_seen_at: new Date(copy.receivedAtMs) };
      expect(await copiesOf(tenant)).toEqual([{ ...seen, copies: 1 }]);
    });

    it('does not take a pack that the gateway had to send again for copies by the sender', async () => {
      const tenant = await newTenant();
      const webhook = { ...message(tenant, 1), receivedAtMs: NOW + 17 };
      await settle(webhook);
      expect(await settle({ ...webhook })).toMatchObject({ applied: 0, duplicates: 1 });
      expect(await copiesOf(tenant)).toEqual([]);
    });

    it('settles a pack in pieces around what cannot be stored, and counts it whole', async () => {
      const tenant = await newTenant();
      const poison = { ...message(tenant, 1), headers: { 'user-agent': 'nul\0inside' } };
      await settlePack(packOf(message(tenant, 2)), packOf(message(tenant, 4), poison, message(tenant, 3)));
      expect(await linesOf(tenant)).toEqual([{ ...line, applied: 3, dead: 1 }]);
    });

    it('leaves probes out', async () => {
      const tenant = await newTenant();
      await settle(message(tenant, 1), { ...message(tenant, 2), source: 'probe' });
      expect(await linesOf(tenant)).toEqual([{ ...line, applied: 1 }]);
    });

    it('does not deadlock when batches with the same tenants meet', async () => {
      const ids = await Promise.all([newTenant(), newTenant(), newTenant()]);
      const packs = Array.from({ length: 24 }, (_, at) =>
        packOf(...(at % 2 ? ids : ids.toReversed()).map((id) => message(id, 1, { contactId: `lead-${at}` }))),
      );
      await Promise.all(packs.map((pack) => settlePack(pack)));
      for (const id of ids) expect(await linesOf(id)).toEqual([{ ...line, applied: 24 }]);
    });
  });

  it('keeps tenants with the same lead id apart', async () => {
    const [maple, birch] = [await newTenant(), await newTenant()];
    const settled = await settle(message(maple, 1), message(birch, 1));
    expect([...settled.scores.keys()].toSorted()).toEqual([maple, birch].toSorted());
    expect(await count('events', maple)).toBe(1);
    expect(await readLeadProfile(database, maple, 'lead-1')).not.toBeNull();
    expect(await readLeadProfile(database, 'someone-else', 'lead-1')).toBeNull();
  });

  it('says that the database is away, and has changed nothing, when it is', async () => {
    const tenant = await newTenant();
    const nowhere = new Database(
      createPool({ url: 'postgres://nobody@127.0.0.1:1/none', name: 'spec' }),
      createBreaker({ name: 'postgres', timeoutMs: 5_000 }),
    );
    const error: unknown = await settleWebhooks(
      [packOf(message(tenant, 1))],
      { ...on.settling, database: nowhere },
      NOW,
    ).catch((cause) => cause);
    expect(isOutage(error)).toBe(true);
    await nowhere.close();
  });
});

import { type ReceivedWebhook, webhookReceived, webhookSlowed } from '@hub/contracts';
import { Database } from '@hub/database';
import { until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from '../alerts/alerts.ts';
import { Watch } from '../alerts/watch.ts';
import { countPacks } from './count-packs.ts';
import type { Ledger } from './ledger.ts';
import { type SpecStack, startStack } from '../stack-for-spec.ts';

let stack: SpecStack;
let serial = 0;

beforeAll(async () => {
  stack = await startStack();
});

afterAll(() => stack.stop());

function webhook(tenantId: string | null, more: Partial<ReceivedWebhook> = {}): ReceivedWebhook {
  return {
    eventId: `e${(serial += 1)}`,
    tenantId,
    source: 'ghl',
    sourceId: 'ghl',
    receivedAtMs: Date.now(),
    headers: {},
    traceparent: '',
    body: Buffer.from('{}'),
    ...more,
  };
}

const send = (...webhooks: ReceivedWebhook[]) => stack.publisher.publish(webhookReceived, [], webhooks);
const ledgerOf = (tenantId: string) => stack.json<Ledger>(`/api/tenants/${tenantId}/ledger`);

async function receivedOf(tenantId: string, received: number): Promise<Ledger> {
  await until(async () => (await ledgerOf(tenantId)).sums.received >= received, { what: `${received} of ${tenantId}` });
  return ledgerOf(tenantId);
}

/** What scoring does in its own transaction. */
async function settle(sequence: number, tenantId: string, applied: number): Promise<void> {
  await stack.owner.query(`UPDATE inbox_packs SET settled_at = now() WHERE sequence = $1`, [sequence]);
  await stack.owner.query(
    `UPDATE ledger_minutes SET applied = applied + $2 WHERE tenant_id = $1 AND minute = date_trunc('minute', minute)`,
    [tenantId, applied],
  );
}

describe('the ledger', () => {
  it('counts what comes in by any lane, per tenant, unknown ones included, and leaves probes out', async () => {
    const { sequence } = await send(
      webhook('maple'),
      webhook('maple'),
      webhook(null),
      webhook('maple', { source: 'probe' }),
    );
    await stack.publisher.publish(webhookSlowed, ['maple'], [webhook('maple')]);
    const maple = await receivedOf('maple', 3);
    expect(maple).toMatchObject({ sums: { received: 3, inFlight: 3 }, inFlight: { webhooks: 3 }, imbalance: 0 });
    await settle(sequence, 'maple', 2);
    expect(await ledgerOf('maple')).toMatchObject({
      sums: { received: 3, applied: 2, inFlight: 1 },
      inFlight: { webhooks: 1, oldestAgeMs: expect.any(Number) },
    });
    const all = await stack.json<Ledger>('/ledger');
    expect(all.lines.map(({ tenantId }) => tenantId)).toEqual(expect.arrayContaining(['maple', '_']));
    expect(await stack.json<Ledger>('/api/ledger')).toMatchObject({ sums: all.sums });
  });

  it('shows a session its own tenants only', async () => {
    await send(webhook('oak'), webhook('elm'));
    await receivedOf('oak', 1);
    const { lines, inFlight } = await stack.json<Ledger>('/ledger', ['oak']);
    expect(lines.map(({ tenantId }) => tenantId)).toEqual(['oak']);
    expect(inFlight.webhooks).toBe(1);
    expect((await stack.get('/api/tenants/elm/ledger', ['oak'])).status).toBe(404);
  });

  it('counts a pack once, however often and by however many it is read', async () => {
    const pack = {
      payload: [webhook('birch'), webhook('birch')],
      subject: 'webhook.received.live',
      sequence: 1_000_000,
      storedAtMs: Date.now(),
      deliveries: 1,
      traceparent: null,
    };
    const database = stack.apps[0]?.get(Database);
    if (database === undefined) throw new Error('no service');
    await Promise.all(Array.from({ length: 6 }, () => countPacks(database, [pack])));
    // A crash between commit and ack: the broker delivers the pack again, beside a new one.
    await countPacks(database, [pack, { ...pack, sequence: 1_000_001, payload: [webhook('birch')] }]);
    expect((await ledgerOf('birch')).sums.received).toBe(3);
    await settle(1_000_000, 'birch', 2);
    await settle(1_000_001, 'birch', 1);
  });

  it('is exact when two services share the work and NATS is killed meanwhile', async () => {
    await stack.start();
    for (let at = 0; at < 40; at += 1) await send(webhook('cedar'), webhook('cedar'));
    stack.nats.kill();
    await stack.nats.restart();
    await until(() => send(webhook('cedar')).then(() => true), { timeoutMs: 20_000, what: 'NATS' });
    await until(
      async () =>
        (
          await stack.owner.query(`SELECT FROM inbox_packs WHERE sequence =
      (SELECT max(sequence) FROM inbox_packs WHERE sequence < 1000000)`)
        ).rowCount === 1,
      { what: 'packs' },
    );
    const { sums } = await receivedOf('cedar', 81);
    expect(sums.received).toBe(81);
  });
});

describe('an imbalance', () => {
  const openAlerts = async (tenants?: readonly string[]) =>
    (await stack.json<{ alerts: Alert[] }>('/api/alerts', tenants ?? '*')).alerts;
  const lookIn3Minutes = () => stack.apps[0]?.get(Watch).look(Date.now() + 180_000);

  it('raises one alert per tenant that names the ids, and ends it when they are accounted for', async () => {
    const lost = [webhook('pine'), webhook('pine')];
    const { sequence } = await send(...lost);
    await receivedOf('pine', 2);
    // NATS was killed above: whoever looks may still be on the way back to it.
    await until(
      async () => {
        await lookIn3Minutes();
        return (await openAlerts(['pine'])).length > 0;
      },
      { timeoutMs: 20_000, what: 'an alert' },
    );
    await lookIn3Minutes();
    const found = await openAlerts(['pine']);
    expect(found).toEqual([
      expect.objectContaining({
        kind: 'ledgerImbalance',
        tenantId: 'pine',
        closedAtMs: null,
        context: expect.objectContaining({
          webhooks: 2,
          eventIds: lost.map(({ eventId }) => eventId),
          lanes: ['live'],
          packs: [{ sequence, storedAtMs: expect.any(Number), isSettled: false }],
        }),
      }),
    ]);
    expect((await openAlerts(['oak'])).filter(({ tenantId }) => tenantId !== 'oak')).toEqual([]);
    await settle(sequence, 'pine', 2);
    await lookIn3Minutes();
    expect(await openAlerts(['pine'])).toEqual([]);
    const { alerts } = await stack.json<{ alerts: Alert[] }>('/api/alerts?state=closed', ['pine']);
    expect(alerts).toEqual([expect.objectContaining({ kind: 'ledgerImbalance', closedAtMs: expect.any(Number) })]);
  });

  it('shows in the metrics', async () => {
    await send(webhook('fir'));
    await receivedOf('fir', 1);
    await lookIn3Minutes();
    const metrics = await (await stack.get('/metrics', '*')).text();
    const valueOf = (name: string) => Number(new RegExp(`^${name}\\{[^}]*\\} (\\S+)$`, 'm').exec(metrics)?.[1]);
    expect(valueOf('hub_ledger_in_flight')).toBeGreaterThan(0);
    expect(valueOf('hub_ledger_imbalance')).toBeGreaterThan(0);
    expect(valueOf('hub_ledger_oldest_in_flight_seconds')).toBeGreaterThanOrEqual(179);
    expect(valueOf('hub_alerts_open')).toBeGreaterThan(0);
  });

  it('is also a pack that was settled and never counted', async () => {
    const { sequence } = await send(webhook('yew'));
    await receivedOf('yew', 1);
    await settle(sequence, 'yew', 1);
    await stack.owner.query('UPDATE inbox_packs SET counted_at = NULL WHERE sequence = $1', [sequence]);
    await stack.owner.query(
      `INSERT INTO inbox_packs (sequence, stored_at, counted_at, settled_at, counts)
       VALUES (2000000, now() + interval '1 second', now(), now(), '[]')`,
    );
    await lookIn3Minutes();
    const [found] = await openAlerts(['yew']);
    expect(found?.context).toMatchObject({ webhooks: 1, packs: [{ sequence, isSettled: true }] });
  });
});

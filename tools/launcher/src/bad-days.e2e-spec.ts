import { createPrivateKey, type KeyObject, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '@hub/crm-ghl';
import { sealSession, SESSION_COOKIE } from '@hub/session';
import { until } from '@hub/testkit';
import pg from 'pg';
import { type Stack, startStack } from './stack.ts';

const TENANT = 'badDaysRealty';
const HEALING = { timeoutMs: 60_000 };

let stateDir: string;
let stack: Stack;
let key: KeyObject;
let cookie: string;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'hub-bad-days-'));
  stack = await startStack({ stateDir, ports: 'free', demo: false, quiet: true });
  key = createPrivateKey(readFileSync(stack.keys.privateKeyFile));
  const session = { userId: 'spec', name: 'Spec', tenants: [TENANT], expiresAtMs: Date.now() + 3_600_000 };
  cookie = `${SESSION_COOKIE}=${sealSession(stack.env.SESSION_SECRET, session)}`;
  await deliver({ type: 'INSTALL', installType: 'Location', locationId: TENANT, webhookId: randomUUID() });
  await until(async () => (await settledIds()).size === 1, { ...HEALING, what: 'the installation' });
}, 180_000);

afterAll(async () => {
  await stack.stop();
  rmSync(stateDir, { recursive: true, force: true });
}, 30_000);

function message(webhookId: string, leadId = `lead-${webhookId.slice(0, 1)}`): object {
  const dateAdded = new Date().toISOString();
  const more = { contactId: leadId, direction: 'inbound', messageType: 'SMS', dateAdded };
  return { type: 'InboundMessage', locationId: TENANT, webhookId, ...more };
}

/** One signed delivery, as GoHighLevel makes it. */
function post(payload: object | string): Promise<Response> {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const headers = { 'content-type': 'application/json', 'x-ghl-signature': sign(key, body) };
  return fetch(stack.urls.webhook, { method: 'POST', headers, body, signal: AbortSignal.timeout(10_000) });
}

/** Delivers until it is accepted, retrying every non-2xx and every broken connection as the CRM does. */
async function deliver(payload: object | string): Promise<void> {
  const accepted = () =>
    post(payload).then(
      (answer) => answer.ok,
      () => false,
    );
  await until(accepted, { ...HEALING, what: 'acceptance by the gateway' });
}

/** Event ids that are scored or kept aside, with how often each was applied. */
async function settledIds(): Promise<Map<string, number>> {
  const client = new pg.Client({ connectionString: stack.env.DATABASE_URL, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined); // the server may be killed while we ask; the query below reports it
  try {
    await client.connect();
    const { rows } = await client.query<{ event_id: string; times: number }>(
      `SELECT event_id, sum(times)::int AS times FROM (
         SELECT event_id, 1 AS times FROM events WHERE lead_id IS NULL
         UNION ALL SELECT unnest(event_ids), 1 FROM scores
         UNION ALL SELECT event_id, 1 FROM dead_letters WHERE state IN ('dead', 'parked')) AS settled GROUP BY 1`,
    );
    return new Map(rows.map((row) => [row.event_id, row.times]));
  } finally {
    await client.end().catch(() => undefined); // it may be gone already
  }
}

/** Keeps webhooks flowing while `harm` is done, then waits until each accepted one is settled. */
async function flowWhile(harm: () => Promise<void>): Promise<{ sent: string[]; settled: Map<string, number> }> {
  const sent: string[] = [];
  let harmed = false;
  const flow = async (): Promise<void> => {
    for (let after = 0; after < 10; after += harmed ? 1 : 0) {
      const webhookId = randomUUID();
      sent.push(webhookId);
      await deliver(message(webhookId));
    }
  };
  const flows = Array.from({ length: 8 }, flow);
  await until(async () => sent.length > 40, { ...HEALING, what: 'webhooks to flow' });
  await harm();
  harmed = true;
  await Promise.all(flows);
  let settled = new Map<string, number>();
  const all = async (): Promise<boolean> => {
    settled = await settledIds().catch(() => settled);
    return sent.every((id) => settled.has(id));
  };
  await until(all, { ...HEALING, what: 'every accepted webhook to be settled' });
  return { sent, settled };
}

const api = (path: string): Promise<Response> =>
  fetch(new URL(path, stack.urls.page), { headers: { cookie }, signal: AbortSignal.timeout(10_000) });

describe('on a bad day', () => {
  it.each(['gateway', 'scoring'] as const)(
    'a killed %s loses nothing and applies nothing twice',
    async (service) => {
      const before = stack.pid(service);
      const { sent, settled } = await flowWhile(async () => {
        stack.kill(service, 'SIGKILL');
        await until(async () => stack.pid(service) !== before && stack.pid(service) !== null, {
          ...HEALING,
          what: `a new ${service}`,
        });
      });
      expect(sent.filter((id) => settled.get(id) !== 1)).toEqual([]);
    },
    120_000,
  );

  it.each(['nats', 'redis', 'postgres'] as const)(
    'a killed %s loses nothing and applies nothing twice',
    async (server) => {
      const { sent, settled } = await flowWhile(async () => {
        stack.killServer(server);
        await until(async () => stack.pid(server) === null, { ...HEALING, what: `${server} to be gone` });
        await stack.startServer(server);
      });
      expect(sent.filter((id) => settled.get(id) !== 1)).toEqual([]);
    },
    120_000,
  );

  it('without NATS the gateway asks to be tried again, and recovers by itself', async () => {
    await stack.stopServer('nats');
    const refused = await post(message(randomUUID()));
    expect(refused.status).toBe(429);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    const ready = new URL('/health/ready', stack.urls.webhook);
    await until(async () => (await fetch(ready)).status === 503, { ...HEALING, what: 'red readiness' });
    await stack.startServer('nats');
    await deliver(message(randomUUID()));
    await until(async () => (await fetch(ready)).status === 200, { ...HEALING, what: 'green readiness' });
  }, 120_000);

  it('without Redis pages and scores go on', async () => {
    await stack.stopServer('redis');
    try {
      const webhookId = randomUUID();
      await deliver(message(webhookId, 'lead-without-redis'));
      await until(async () => (await settledIds()).has(webhookId), { ...HEALING, what: 'the score' });
      const profile = await api(`/api/tenants/${TENANT}/leads/lead-without-redis`);
      expect(profile.status).toBe(200);
      expect(await profile.json()).toMatchObject({ leadId: 'lead-without-redis', version: 1 });
      expect((await api(`/api/tenants/${TENANT}/leads?view=all`)).status).toBe(200);
    } finally {
      await stack.startServer('redis');
    }
  }, 120_000);

  it('50 copies of one webhook at once have one effect', async () => {
    const payload = message(randomUUID(), 'lead-of-50');
    const answers = await Promise.all(Array.from({ length: 50 }, () => post(payload)));
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 50 }, () => 200));
    const path = `/api/tenants/${TENANT}/leads/lead-of-50`;
    await until(async () => (await api(path)).status === 200, { ...HEALING, what: 'the lead' });
    const marker = randomUUID(); // settled after all of the copies: INBOX is read in order
    await deliver(message(marker));
    await until(async () => (await settledIds()).has(marker), { ...HEALING, what: 'the marker' });
    expect(await (await api(path)).json()).toMatchObject({ version: 1, eventCount: 1 });
  }, 60_000);

  it('a signed body that is not JSON is accepted and dead-lettered; one of an unknown location is parked', async () => {
    const unknown = { ...message(randomUUID()), locationId: 'nobodyKnowsThis' };
    await deliver('{"type": "InboundMessage", this is not JSON');
    await deliver(unknown);
    const client = new pg.Client({ connectionString: stack.env.DATABASE_URL });
    await client.connect();
    const kept = async (): Promise<string[]> => {
      const { rows } = await client.query<{ line: string }>(
        `SELECT state || ' ' || reason AS line FROM dead_letters ORDER BY 1`,
      );
      return rows.map((row) => row.line);
    };
    await until(async () => (await kept()).length === 2, { ...HEALING, what: 'both to be kept' });
    expect(await kept()).toEqual(['dead notJson', 'parked unknownLocation']);
    await client.end();
  }, 60_000);

  it("another tenant's lead is not found, and nothing is readable without a session", async () => {
    const client = new pg.Client({ connectionString: stack.env.DATABASE_URL });
    await client.connect();
    await client.query(`INSERT INTO tenants (id, name) VALUES ('someoneElse', 'Someone Else') ON CONFLICT DO NOTHING`);
    await client.end();
    const webhookId = randomUUID();
    await deliver({ ...message(webhookId, 'their-lead'), locationId: 'someoneElse' });
    await until(async () => (await settledIds()).has(webhookId), { ...HEALING, what: 'their lead' });
    for (const tenant of [TENANT, 'someoneElse']) {
      expect((await api(`/api/tenants/${tenant}/leads/their-lead`)).status).toBe(404);
    }
    const anonymous = await fetch(new URL(`/api/tenants/${TENANT}/leads`, stack.urls.page));
    expect(anonymous.status).toBe(401);
  }, 60_000);
});

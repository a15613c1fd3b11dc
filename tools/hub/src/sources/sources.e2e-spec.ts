import { spawnSync } from 'node:child_process';
import { createHmac, createPrivateKey, sign } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Stack, startStack } from '@hub/launcher/stack';
import { until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { HubApi } from '../hub-api.ts';
import { runPage, stepsOf } from './run-page-for-spec.ts';
import type { KeyAdded } from './source-view.ts';

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs', 'sources.md'), 'utf8');
const [MAPLE, OAK] = ['sourcesMapleRealty1', 'sourcesOakHomes0002'];

/** Not on every machine that runs the tests. */
const missing = ['bash', 'curl', 'openssl'].filter((name) => spawnSync(name, ['--version']).error !== undefined);

let stateDir: string;
let stack: Stack;
let owner: pg.Client;
let api: HubApi;
let gateway: string;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'hub-sources-'));
  stack = await startStack({
    stateDir,
    ports: 'free',
    demo: false,
    quiet: true,
    services: ['gateway', 'scoring', 'analytics'],
  });
  await stack.addTenant(MAPLE, 'Maple Realty');
  await stack.addTenant(OAK, 'Oak Homes');
  owner = new pg.Client({ connectionString: stack.env.DATABASE_URL });
  await owner.connect();
  api = HubApi.fromEnv(hubEnv());
  gateway = new URL(stack.urls.webhook).origin;
}, 180_000);

afterAll(async () => {
  await owner.end();
  await stack.stop();
  rmSync(stateDir, { recursive: true, force: true });
}, 30_000);

function hubEnv(): NodeJS.ProcessEnv {
  return { ...process.env, HUB_URL: stack.urls.page, HUB_SESSION_SECRET: stack.env.SESSION_SECRET };
}

async function post(path: string, body: object, headers: Record<string, string>): Promise<number> {
  return (await fetch(gateway + path, { method: 'POST', body: JSON.stringify(body), headers })).status;
}

function fromPlatform(body: object): Promise<number> {
  const key = createPrivateKey(readFileSync(stack.keys.privateKeyFile));
  const signature = sign(null, Buffer.from(JSON.stringify(body)), key).toString('base64');
  return post('/webhooks/ghl', body, { 'x-ghl-signature': signature });
}

async function rows(table: 'events' | 'leads' | 'dead_letters' | 'scores', tenantId: string): Promise<object[]> {
  const found = await owner.query<{ row: object }>(
    `SELECT to_jsonb(${table}) AS row FROM ${table} WHERE tenant_id = $1 ORDER BY 1`,
    [tenantId],
  );
  return found.rows.map(({ row }) => row);
}

async function everythingOf(tenantId: string): Promise<object> {
  const [events, leads, dead, scores] = await Promise.all(
    (['events', 'leads', 'dead_letters', 'scores'] as const).map((table) => rows(table, tenantId)),
  );
  return { events, leads, dead, scores };
}

describe('docs/sources.md', () => {
  it('has a line for every kind', () => {
    const shell = stepsOf(PAGE)
      .map((step) => step.shell)
      .join('');
    for (const kind of ['ghl', 'ghl-workflow', 'standard-webhooks', 'hmac', 'events'])
      expect(shell).toContain(`hub sources add ${kind} `);
  });

  (missing.length === 0 ? it : it.skip)(
    `says what works, line by line${missing.length === 0 ? '' : `: there is no ${missing.join(', no ')} here`}`,
    async () => {
      const { privateKeyFile: LOCAL_KEY } = stack.keys;
      await runPage(PAGE, ROOT, { ...hubEnv(), GATEWAY: gateway, TENANT: MAPLE, LOCAL_KEY });
      // GoHighLevel's one, the workflow's two, two of Standard Webhooks, hmac's three, our own two.
      await until(async () => (await rows('events', MAPLE)).length >= 10, { what: 'its events', timeoutMs: 30_000 });
      expect(await rows('dead_letters', MAPLE)).toEqual([]);
    },
    // Each of its commands is npm and three processes: a busy machine needs minutes for a dozen.
    300_000,
  );
});

describe('a tenant, all the way to the database', () => {
  it('writes to no other one, whatever its senders claim', async () => {
    const lead = { type: 'ContactCreate', locationId: OAK, id: 'dana', firstName: 'Dana', webhookId: 'oak-1' };
    expect(await fromPlatform(lead)).toBe(200);
    await until(async () => (await rows('scores', OAK)).length > 0, {
      what: 'the lead of the other',
      timeoutMs: 30_000,
    });
    const before = await everythingOf(OAK);

    const mine = `/api/tenants/${MAPLE}/sources`;
    const add = (body: object) => api.json<KeyAdded>('POST', mine, { name: 'Claims', ...body });
    const hmac = await add({ kind: 'hmac', hmac: { signatureHeader: 'x-signature' } });
    const workflow = await add({ kind: 'ghl-workflow' });
    const events = await add({ kind: 'events' });
    const at = Date.now();
    const claim = { locationId: OAK, location: { id: OAK }, tenantId: OAK, contact_id: 'dana' };
    const event = { type: 'lead.updated', leadId: 'dana', at, contact: { name: 'Somebody else' } };
    const sendings = [
      () => {
        const body = { ...event, ...claim, id: 'claim-1' };
        const mac = createHmac('sha256', hmac.secret ?? '').update(JSON.stringify(body));
        return post(`/webhooks/${hmac.source.sourceId}`, body, { 'x-signature': mac.digest('hex') });
      },
      () => post(`/webhooks/${workflow.source.sourceId}/${workflow.secret}`, { ...claim, first_name: 'Eve' }, {}),
      () => post('/v1/events', { ...event, id: 'claim-2' }, { authorization: `Bearer ${events.secret}` }),
      // Told to be strict, it is dead-lettered: for the tenant of the key.
      () => post('/v1/events', { ...event, ...claim, id: 'claim-3' }, { authorization: `Bearer ${events.secret}` }),
    ];
    for (const send of sendings) await until(async () => (await send()) === 200, { what: 'to be known' });
    await until(
      async () => {
        const stored = JSON.stringify(await everythingOf(MAPLE));
        return (
          ['claim-1', 'claim-2', 'claim-3'].every((id) => stored.includes(id)) && stored.includes('WorkflowWebhook')
        );
      },
      { what: 'all four under the tenant of their source', timeoutMs: 30_000 },
    );
    expect(await everythingOf(OAK)).toEqual(before);
  }, 120_000);
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { leadProfileOf, leadScored, type LeadProfileReply, type ScoredLead } from '@hub/contracts';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { connectNats, type NatsConnection, Publisher, RequestClient } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { type Readiness, startService } from '@hub/service';
import { testNats, testPostgres, testRedis, type TestServer, until } from '@hub/testkit';
import pg from 'pg';
import { cacheService } from './cache-service.ts';
import { LeadProfiles } from './lead-profiles.ts';

const PASSWORD = 'service-password';

type App = Awaited<ReturnType<typeof startService>>;

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let nats: TestServer;
let redis: TestServer;
let owner: pg.Client;
let connection: NatsConnection;
let client: RequestClient;
let app: App;
let leads = 0;

function start(): Promise<App> {
  const env = { NATS_URL: nats.url, DATABASE_URL: serviceUrl(postgres.url, PASSWORD), REDIS_URL: redis.url };
  return startService({ ...cacheService, env: { ...env, PORT: '0', LOG_LEVEL: 'silent' } });
}

beforeAll(async () => {
  [postgres, nats, redis] = await Promise.all([testPostgres(), testNats(), testRedis()]);
  await migrate(postgres.url, PASSWORD, Date.now());
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  await owner.query(`INSERT INTO tenants (id, name) VALUES ('maple', 'Maple'), ('birch', 'Birch')`);
  await owner.query(
    `INSERT INTO models (hash, name, kind, features, intercept) VALUES ('m', 'both', 'prior', '{}', 0)`,
  );
  app = await start();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  const breaker = createBreaker({ name: 'cache', timeoutMs: 5000 });
  client = new RequestClient({ servers: nats.url, name: 'spec', breaker });
});

afterAll(async () => {
  await client.close();
  await connection.close();
  await app.close();
  await owner.end();
  await Promise.all([nats.stop(), redis.stop(), postgres.stop()]);
});

function newLead(): string {
  leads += 1;
  return `lead-${leads}`;
}

/** Stores a decision as scoring does, in one transaction, without publishing it. */
async function store(leadId: string, version: number): Promise<ScoredLead> {
  const score = { logit: 0, probability: 0.5 };
  const scored: ScoredLead = {
    leadId,
    version,
    name: 'Ada',
    scoredAtMs: Date.now(),
    conversion: score,
    goingCold: score,
    match: null,
    band: 'warm',
    thinEvidence: null,
    isOpen: true,
    reasons: [],
    lastTouchAtMs: null,
    lastTouchType: null,
    stage: null,
    sparkline: [],
    modelHash: 'm',
    modelKind: 'prior',
    servedBy: 'builtin',
    eventIds: [],
    traceparent: null,
  };
  await owner.query(
    `WITH score AS (
       INSERT INTO scores VALUES ('maple', $1, $2, now(), '{}', 'warm', '{}', 'm', 0, '{}', 'm', 0, '{}')
     )
     INSERT INTO leads (tenant_id, lead_id, version, first_seen_at, scored_at, summary)
     VALUES ('maple', $1, $2, now(), now(), $3)
     ON CONFLICT (tenant_id, lead_id) DO UPDATE SET version = $2, scored_at = now(), summary = $3`,
    [leadId, version, scored],
  );
  return scored;
}

async function decide(leadId: string, version: number): Promise<void> {
  await new Publisher(connection).publish(leadScored, ['maple'], [await store(leadId, version)]);
}

const ask = (leadId: string, tenantId = 'maple') => client.request(leadProfileOf, { tenantId, leadId });

/** Where an answer came from and which version it was. */
function gist(reply: LeadProfileReply): string {
  return reply.found ? `${reply.servedFrom} v${reply.profile.version}` : 'not found';
}

function moved(find: () => Promise<LeadProfileReply>, version: number): Promise<unknown> {
  return until(async () => gist(await find()).endsWith(` v${version}`), { what: `version ${version}` });
}

async function readiness(): Promise<Readiness & { readonly statusCode: number }> {
  const response = await app.getHttpAdapter().getInstance().inject('/health/ready');
  return { ...response.json<Readiness>(), statusCode: response.statusCode };
}

describe('the cache service', () => {
  it('asks memory, then Redis, then Postgres', async () => {
    const leadId = newLead();
    await store(leadId, 1);
    expect(gist(await ask(leadId))).toBe('l3 v1');
    expect(gist(await ask(leadId))).toBe('l1 v1');
    app.get(LeadProfiles).clearMemory();
    expect(gist(await ask(leadId))).toBe('l2 v1');
    expect(gist(await ask(leadId))).toBe('l1 v1');
  });

  it('gives the same profile from every tier', async () => {
    const leadId = newLead();
    await store(leadId, 1);
    const replies = [await ask(leadId), await ask(leadId)];
    app.get(LeadProfiles).clearMemory();
    replies.push(await ask(leadId));
    const profiles = replies.map((reply) => reply.found && reply.profile);
    expect(profiles[0]).toMatchObject({ leadId, tenantId: 'maple', version: 1, name: 'Ada' });
    expect(profiles[1]).toEqual(profiles[0]);
    expect(profiles[2]).toEqual(profiles[0]);
  });

  it('moves to the new version when a decision is published', async () => {
    const leadId = newLead();
    await store(leadId, 1);
    await ask(leadId);
    await decide(leadId, 2);
    await moved(() => ask(leadId), 2);
    expect(gist(await ask(leadId))).toBe('l1 v2');
  });

  it('tells the other instances', async () => {
    const other = await start();
    try {
      const leadId = newLead();
      await store(leadId, 1);
      const both = [app, other].map((one) => () => one.get(LeadProfiles).find('maple', leadId));
      for (const find of both) await moved(find, 1);
      await decide(leadId, 2);
      for (const find of both) await moved(find, 2);
    } finally {
      await other.close();
    }
  });

  it('says that a lead is not there, and finds it once it is', async () => {
    const leadId = newLead();
    expect(gist(await ask(leadId))).toBe('not found');
    await decide(leadId, 1);
    await moved(() => ask(leadId), 1);
  });

  it.each([
    ['another tenant', 'birch'],
    ['no tenant at all', 'nobody'],
    ['two tenants in one', 'birch,maple'],
    ['any tenant', '*'],
  ])("does not show a tenant's lead to %s", async (_whom, tenantId) => {
    const leadId = newLead();
    await store(leadId, 1);
    expect(gist(await ask(leadId))).toBe('l3 v1');
    expect(gist(await ask(leadId, tenantId))).toBe('not found');
  });

  it('loads a lead once for all who ask at the same time', async () => {
    const leadId = newLead();
    await store(leadId, 1);
    const replies = await Promise.all(Array.from({ length: 20 }, () => app.get(LeadProfiles).find('maple', leadId)));
    expect(new Set(replies.map(gist))).toEqual(new Set(['l3 v1']));
    const { body } = await app.getHttpAdapter().getInstance().inject('/metrics');
    expect(body).toMatch(/cache_reads_total{cache="lead-profile",outcome="coalesced",service="cache"} 19\n/);
  });

  it('refuses a request that names no lead', async () => {
    await expect(client.request(leadProfileOf, { tenantId: 'maple', leadId: '' })).rejects.toMatchObject({
      message: expect.stringContaining('needs a tenantId and a leadId'),
    });
  });

  it('answers without Redis, keeps up with decisions meanwhile, and uses it again afterwards', async () => {
    const leadId = newLead();
    await store(leadId, 1);
    await ask(leadId);

    await redis.pause();
    expect(await readiness()).toMatchObject({ statusCode: 200, status: 'degraded' });
    await decide(leadId, 2);
    await moved(() => ask(leadId), 2);
    expect(gist(await ask(leadId))).toBe('l1 v2');
    app.get(LeadProfiles).clearMemory();
    expect(gist(await ask(leadId))).toBe('l3 v2');

    await redis.restart();
    await until(async () => (await readiness()).status === 'ready', { what: 'Redis in the readiness' });
    await until(
      async () => {
        app.get(LeadProfiles).clearMemory();
        return gist(await ask(leadId)) === 'l2 v2';
      },
      { what: 'an answer from Redis' },
    );
  });

  it('is not ready without NATS, and goes on by itself', async () => {
    const leadId = newLead();
    await store(leadId, 1);
    await ask(leadId);
    await nats.pause();
    expect(await readiness()).toMatchObject({ statusCode: 503, status: 'notReady' });
    await store(leadId, 2); // And nobody can be told.
    await nats.restart();
    await until(async () => (await readiness()).status === 'ready', { what: 'readiness', timeoutMs: 30_000 });
    await until(() => decide(leadId, 3).then(() => true), { what: 'a decision to be published', timeoutMs: 30_000 });
    await until(async () => gist(await ask(leadId)).endsWith(' v3'), { what: 'version 3', timeoutMs: 30_000 });
  });
});

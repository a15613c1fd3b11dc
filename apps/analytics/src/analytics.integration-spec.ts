import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type LeadEvent, leadProfile, leadScored, SCORES } from '@hub/contracts';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { connectNats, ensureStreams, type NatsConnection, Publisher } from '@hub/messaging';
import { startService } from '@hub/service';
import { SESSION_COOKIE, sealSession, type Session } from '@hub/session';
import { testNats, testPostgres, testPostgresServer, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import pg from 'pg';
import type { LeadReasons } from './lead-reasons.ts';
import { addEvent, addLead, addLink, addTenant, NOW_MS } from './seed-for-spec.ts';
import { analytics } from './service.ts';

const SECRET = 'a secret of at least thirty-two characters';
const PASSWORD = 'service-password';

let nats: TestServer;
let postgres: Awaited<ReturnType<typeof testPostgres>>;
let connection: NatsConnection;
let owner: pg.Client;
let webDir: string;
let app: NestFastifyApplication;
let origin: string;

beforeAll(async () => {
  [nats, postgres] = await Promise.all([testNats(), testPostgres()]);
  await migrate(postgres.url, PASSWORD, NOW_MS);
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  await ensureStreams(connection, [SCORES]);
  webDir = await builtPage();
  ({ app, origin } = await start());
  await addTenant(owner, 'maple', 'Maple Realty');
  await addTenant(owner, 'oak', 'Oak Homes');
  await addLead(owner, { tenantId: 'maple', leadId: 'ann' });
  await addLead(owner, { tenantId: 'oak', leadId: 'eve' });
});

afterAll(async () => {
  await app.close();
  await connection.close();
  await owner.end();
  await Promise.all([nats.stop(), postgres.stop(), rm(webDir, { recursive: true })]);
});

async function start(env: Record<string, string> = {}): Promise<{ app: NestFastifyApplication; origin: string }> {
  const started = await startService({
    ...analytics,
    env: {
      PORT: '0',
      LOG_LEVEL: 'silent',
      NATS_URL: nats.url,
      DATABASE_URL: serviceUrl(postgres.url, PASSWORD),
      SESSION_SECRET: SECRET,
      REALTIME_URL: 'http://localhost:4002',
      WEB_DIR: webDir,
      ...env,
    },
  });
  const { port } = started.getHttpServer().address() as AddressInfo;
  return { app: started, origin: `http://127.0.0.1:${port}` };
}

async function builtPage(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hub-page-test-'));
  await mkdir(join(folder, 'assets'));
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>the page</title>');
  await writeFile(join(folder, 'assets/index-B2x_9aQz.js'), 'plain');
  await writeFile(join(folder, 'assets/index-B2x_9aQz.js.br'), 'brotli');
  await writeFile(join(folder, 'mark.svg'), '<svg/>');
  return folder;
}

function cookieOf(session: Partial<Session> = {}): string {
  const whole = { userId: 'u1', name: 'Jo', tenants: ['maple'], expiresAtMs: Date.now() + 60_000, ...session };
  return `${SESSION_COOKIE}=${sealSession(SECRET, whole)}`;
}

function get(path: string, cookie: string | null = cookieOf(), at = origin): Promise<Response> {
  return fetch(at + path, { redirect: 'manual', headers: cookie === null ? {} : { cookie } });
}

async function json<T>(path: string, cookie = cookieOf()): Promise<T> {
  const response = await get(path, cookie);
  expect([path, response.status]).toEqual([path, 200]);
  return (await response.json()) as T;
}

async function codeOf(response: Response): Promise<string> {
  return ((await response.json()) as { error: { code: string } }).error.code;
}

describe('signing in', () => {
  it('takes a link once', async () => {
    const token = await addLink(owner, { id: 'jo', tenants: ['maple'], expiresAtMs: Date.now() + 60_000 });
    const first = await get(`/signin?token=${token}`, null);
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const [cookie = '', ...attributes] = (first.headers.get('set-cookie') ?? '').split('; ');
    expect(attributes).toEqual(['Path=/', 'Max-Age=43200', 'HttpOnly', 'SameSite=Lax']);
    expect(await json('/api/me', cookie)).toMatchObject({
      user: { name: 'Jo' },
      tenants: [{ id: 'maple', name: 'Maple Realty' }],
      realtimeUrl: 'http://localhost:4002',
    });
    const second = await get(`/signin?token=${token}`, null);
    expect([second.status, second.headers.get('set-cookie')]).toEqual([410, null]);
    expect(await second.text()).toContain('npm run signin');
  });

  it('lets one of many win who come with the same link at once', async () => {
    const token = await addLink(owner, { id: 'jo', tenants: '*', expiresAtMs: Date.now() + 60_000 });
    const answers = await Promise.all(Array.from({ length: 10 }, () => get(`/signin?token=${token}`, null)));
    expect(answers.filter(({ status }) => status === 303)).toHaveLength(1);
  });

  it('is not used up by someone who looks at the head of the link only', async () => {
    const token = await addLink(owner, { id: 'jo', tenants: '*', expiresAtMs: Date.now() + 60_000 });
    await fetch(`${origin}/signin?token=${token}`, { method: 'HEAD' });
    expect((await get(`/signin?token=${token}`, null)).status).toBe(303);
  });

  it('refuses a link that is too old, and one that never was', async () => {
    const token = await addLink(owner, { id: 'jo', tenants: '*', expiresAtMs: Date.now() - 1 });
    expect((await get(`/signin?token=${token}`, null)).status).toBe(410);
    expect((await get('/signin?token=guess', null)).status).toBe(410);
  });

  it('marks the cookie as secure behind https', async () => {
    const token = await addLink(owner, { id: 'jo', tenants: '*', expiresAtMs: Date.now() + 60_000 });
    const headers = { 'x-forwarded-proto': 'https' };
    const response = await fetch(`${origin}/signin?token=${token}`, { redirect: 'manual', headers });
    expect(response.headers.get('set-cookie')).toContain('; Secure');
  });

  it('signs out, but not on behalf of another site', async () => {
    const post = (headers: Record<string, string>) =>
      fetch(`${origin}/api/signout`, { method: 'POST', headers: { cookie: cookieOf(), ...headers } });
    expect((await post({ origin: 'https://evil.example' })).status).toBe(403);
    expect((await post({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    const done = await post({ origin, 'sec-fetch-site': 'same-origin' });
    expect([done.status, done.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
  });
});

describe('without a session', () => {
  it('nothing is readable but health and sign-in, on any route the API describes', async () => {
    const { paths } = await json<OpenAPIObject>('/api/openapi.json');
    const routes = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
    );
    const open = ['/signin', '/health/live', '/health/ready', '/metrics'];
    const statuses = await Promise.all(
      routes.map(async ({ path, method }) => {
        const url = origin + path.replace('{tenantId}', 'maple').replace('{leadId}', 'ann');
        const response = await fetch(url, { method, redirect: 'manual' });
        // Unread, a large answer ends its connection, and the client opens another that the service would wait for.
        await response.arrayBuffer();
        return [`${method} ${path}`, response.status] as const;
      }),
    );
    const readable = statuses.filter(([, status]) => status !== 401).map(([route]) => route);
    expect(readable.toSorted()).toEqual(open.map((path) => `GET ${path}`).toSorted());
    expect(statuses.map(([route]) => route)).toEqual(
      expect.arrayContaining([
        'GET /api/me',
        'GET /api/tenants',
        'GET /api/tenants/{tenantId}/leads',
        'GET /api/tenants/{tenantId}/leads/{leadId}',
        'GET /api/tenants/{tenantId}/leads/{leadId}/events',
        'GET /api/tenants/{tenantId}/leads/{leadId}/reasons',
        'GET /api/health',
        'GET /api/openapi.json',
        'POST /api/signout',
      ]),
    );
  });

  it('the page leads to an explanation', async () => {
    const page = await get('/', null);
    expect([page.status, page.headers.get('location')]).toEqual([303, '/signin']);
    const explanation = await get('/signin', null);
    expect(explanation.status).toBe(200);
    expect(await explanation.text()).toContain('npm run signin');
  });

  it.each([
    ['an expired session', () => cookieOf({ expiresAtMs: Date.now() - 1 })],
    ['a cookie that was tampered with', () => `${cookieOf()}x`],
  ])('%s counts as none', async (_, cookie) => {
    const response = await get('/api/me', cookie());
    expect([response.status, await codeOf(response)]).toEqual([401, 'notSignedIn']);
  });
});

describe('tenants', () => {
  it('are those of the session, or all of them', async () => {
    expect(await json('/api/tenants')).toEqual({ tenants: [{ id: 'maple', name: 'Maple Realty' }] });
    const all = await json<{ tenants: { id: string }[] }>('/api/tenants', cookieOf({ tenants: '*' }));
    expect(all.tenants.map(({ id }) => id)).toEqual(expect.arrayContaining(['maple', 'oak']));
  });

  it.each(['/leads', '/leads/eve', '/leads/ann', '/leads/eve/events', '/leads/eve/reasons'])(
    'of others do not exist: %s',
    async (path) => {
      expect((await get(`/api/tenants/oak${path}`)).status).toBe(404);
    },
  );

  it("another tenant's lead is not found under one's own", async () => {
    expect((await get('/api/tenants/maple/leads/eve')).status).toBe(404);
    expect((await get('/api/tenants/maple/leads/eve/events')).status).toBe(404);
  });

  it('that do not exist are not found, also by those who may see all', async () => {
    const response = await get('/api/tenants/nowhere/leads', cookieOf({ tenants: '*' }));
    expect([response.status, await codeOf(response)]).toEqual([404, 'tenantNotFound']);
  });
});

interface LeadsPage {
  sequence: number;
  leads: { leadId: string }[];
  nextCursor: string | null;
}

describe('the list of leads', () => {
  const cookie = cookieOf({ tenants: ['elm'] });

  beforeAll(async () => {
    await addTenant(owner, 'elm', 'Elm Estates');
    // Many share their odds and their day: only the id tells them apart.
    for (let at = 0; at < 23; at += 1) {
      await addLead(owner, {
        tenantId: 'elm',
        leadId: `lead-${String(at).padStart(2, '0')}`,
        conversion: (at % 5) / 10,
        goingCold: (at % 3) / 10,
        firstSeenAtMs: NOW_MS + (at % 4) * 86_400_000,
      });
    }
    await addLead(owner, { tenantId: 'elm', leadId: 'closed', conversion: 0.99, isOpen: false });
    await addLead(owner, { tenantId: 'elm', leadId: 'unsure', conversion: 0.98, band: 'unknown' });
  });

  async function allPages(view: string, limit: number): Promise<string[]> {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const query = new URLSearchParams({ view, limit: String(limit), ...(cursor !== null && { cursor }) });
      const page: LeadsPage = await json(`/api/tenants/elm/leads?${query.toString()}`, cookie);
      expect(page.leads.length).toBeLessThanOrEqual(limit);
      ids.push(...page.leads.map(({ leadId }) => leadId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    return ids;
  }

  it.each([
    ['now', 23],
    ['cold', 23],
    ['all', 25],
  ])('%s is complete and in one order, whatever the size of its pages', async (view, count) => {
    const whole = await allPages(view, 500);
    expect(new Set(whole).size).toBe(count);
    for (const limit of [1, 4, 23]) expect(await allPages(view, limit)).toEqual(whole);
  });

  it('has the best odds first in now, the coldest in cold, the newest in all', async () => {
    expect((await allPages('now', 4)).slice(0, 5)).toEqual(['lead-04', 'lead-09', 'lead-14', 'lead-19', 'lead-03']);
    expect((await allPages('cold', 4)).slice(0, 3)).toEqual(['lead-02', 'lead-05', 'lead-08']);
    expect((await allPages('all', 4)).slice(0, 3)).toEqual(['lead-03', 'lead-07', 'lead-11']);
  });

  it('says which sequence of the stream it is at least as new as', async () => {
    const { sequence } = await new Publisher(connection).publish(leadScored, ['elm'], []);
    const page = await json<LeadsPage>('/api/tenants/elm/leads', cookie);
    expect(page.sequence).toBe(sequence);
  });

  it.each(['limit=0', 'limit=501', 'limit=x', 'view=best', 'cursor=x', 'cursor=W10'])('refuses %s', async (query) => {
    const response = await get(`/api/tenants/elm/leads?${query}`, cookie);
    expect([response.status, await codeOf(response)]).toEqual([400, 'invalidInput']);
  });

  it('refuses the cursor of another view', async () => {
    const { nextCursor } = await json<LeadsPage>('/api/tenants/elm/leads?view=all&limit=1', cookie);
    const response = await get(`/api/tenants/elm/leads?view=now&cursor=${nextCursor}`, cookie);
    expect(response.status).toBe(400);
  });
});

describe('one lead', () => {
  it('comes from Postgres when the cache service is not there', async () => {
    const response = await get('/api/tenants/maple/leads/ann');
    expect([response.status, response.headers.get('x-served-from')]).toEqual([200, 'postgres']);
    const profile = leadProfile.parse(await response.json());
    expect(profile).toMatchObject({ tenantId: 'maple', leadId: 'ann', eventCount: 1 });
    expect(profile.conversion).toMatchObject({
      intercept: -1,
      logit: 0.25,
      reasons: [{ feature: 'replies', value: 3, contribution: 1.25 }],
    });
  });

  it('comes from the cache service when that answers', async () => {
    const known = leadProfile.parse(await json('/api/tenants/maple/leads/ann'));
    const cache = connection.subscribe('lead.profile', {
      callback: (_, message) => {
        const { id } = message.json<{ id: string }>();
        const reply = { found: true, servedFrom: 'l1', profile: { ...known, name: 'From the cache' } };
        message.respond(JSON.stringify({ id, response: reply, isDisposed: true }));
      },
    });
    await connection.flush();
    await until(async () => (await get('/api/tenants/maple/leads/ann')).headers.get('x-served-from') === 'l1', {
      what: 'an answer of the cache',
    });
    cache.unsubscribe();
  });

  it('that is not known is not found', async () => {
    const response = await get('/api/tenants/maple/leads/nobody');
    expect([response.status, await codeOf(response)]).toEqual([404, 'leadNotFound']);
  });
});

describe('the reasons of a lead', () => {
  const told = (eventId: string, hoursAgo: number): Parameters<typeof addEvent>[1] => ({
    tenantId: 'maple',
    leadId: 'why',
    eventId,
    atMs: NOW_MS - hoursAgo * 3_600_000,
    body: Buffer.from('{}'),
    leadEvents: [
      {
        id: `${eventId}#0`,
        leadId: 'why',
        atMs: NOW_MS - hoursAgo * 3_600_000,
        type: 'message',
        actor: 'agent',
        direction: 'out',
        channel: 'sms',
        stage: null,
        value: null,
        subjectId: null,
      },
    ],
  });

  beforeAll(async () => {
    await addLead(owner, { tenantId: 'maple', leadId: 'why' });
    await owner.query(
      `INSERT INTO models (hash, name, kind, features, intercept) VALUES ('why', 'conversion', 'prior', '{attempts}', 1.5)`,
    );
    await owner.query(
      `UPDATE scores SET conversion_model = 'why', features = '{2}', conversion_contributions = '{-1.25}'
       WHERE tenant_id = 'maple' AND lead_id = 'why'`,
    );
    for (const event of [told('wrote', 50), told('wrote-again', 3), told('after', 1)]) await addEvent(owner, event);
    await owner.query(`UPDATE events SET lead_version = 2 WHERE event_id = 'after'`);
  });

  it('are in words, with the events that were known at the decision', async () => {
    const reasons = await json<LeadReasons>('/api/tenants/maple/leads/why/reasons');
    expect(reasons).toMatchObject({ leadId: 'why', version: 1, notEnoughEvidence: null, rangeTooWide: false });
    expect(reasons.conversion.raising).toEqual([]);
    expect(reasons.conversion.lowering).toEqual([
      {
        feature: 'attempts',
        value: 2,
        contribution: -1.25,
        text: 'no reply to 2 attempts',
        size: 'odds ÷ 3.5',
        events: [
          { eventId: 'wrote', id: 'wrote#0', type: 'message', atMs: NOW_MS - 50 * 3_600_000 },
          { eventId: 'wrote-again', id: 'wrote-again#0', type: 'message', atMs: NOW_MS - 3 * 3_600_000 },
        ],
      },
    ]);
    expect(reasons.match).toBeNull();
  });

  it('say by which rule there are no odds', async () => {
    await addLead(owner, { tenantId: 'maple', leadId: 'thin', band: 'unknown' });
    await owner.query(
      `UPDATE leads SET summary = summary || '{"thinEvidence": "longSilent"}' WHERE tenant_id = 'maple' AND lead_id = 'thin'`,
    );
    expect(await json('/api/tenants/maple/leads/thin/reasons')).toMatchObject({
      notEnoughEvidence: { rule: 'longSilent', text: 'nobody did anything about the lead for more than 180 days' },
    });
  });

  it('of an unknown lead are not found', async () => {
    expect((await get('/api/tenants/maple/leads/nobody/reasons')).status).toBe(404);
  });
});

describe('the events of a lead', () => {
  interface EventsPage {
    events: {
      eventId: string;
      atMs: number;
      body: unknown;
      bodyEncoding: string;
      machine: { reason: string; text: string } | null;
    }[];
    nextCursor: string | null;
  }
  const pageOf = (query = '') => json<EventsPage>(`/api/tenants/maple/leads/bob/events${query}`);

  beforeAll(async () => {
    await addLead(owner, { tenantId: 'maple', leadId: 'bob' });
    const bodies = [Buffer.from('{"n":0}'), Buffer.from('not json'), Buffer.of(0xff, 0x00)];
    for (const [at, body] of bodies.entries()) {
      await addEvent(owner, { tenantId: 'maple', leadId: 'bob', eventId: `e${at}`, atMs: NOW_MS + at, body });
    }
    // At the same moment as the one before.
    await addEvent(owner, {
      tenantId: 'maple',
      leadId: 'bob',
      eventId: 'e2b',
      atMs: NOW_MS + 2,
      body: Buffer.from('0'),
    });
  });

  it('are newest first, with their bodies as they were received', async () => {
    const { events, nextCursor } = await pageOf();
    expect(nextCursor).toBeNull();
    expect(events.map(({ eventId, body, bodyEncoding }) => [eventId, body, bodyEncoding])).toEqual([
      ['e2', '/wA=', 'base64'],
      ['e2b', 0, 'json'],
      ['e1', 'not json', 'text'],
      ['e0', { n: 0 }, 'json'],
    ]);
    expect(events[0]).toMatchObject({ type: 'InboundMessage', atMs: NOW_MS + 2, receivedAtMs: NOW_MS + 252 });
  });

  it.each([1, 2, 3])('are complete in pages of %i', async (limit) => {
    const ids: string[] = [];
    let cursor: string | null = null;
    do {
      const page: EventsPage = await pageOf(`?limit=${limit}${cursor === null ? '' : `&cursor=${cursor}`}`);
      ids.push(...page.events.map(({ eventId }) => eventId));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(ids).toEqual(['e2', 'e2b', 'e1', 'e0']);
  });

  it('say why an open or click is a machine’s, also where what tells it is on another page', async () => {
    await addLead(owner, { tenantId: 'maple', leadId: 'scanned' });
    const tell = (eventId: string, afterMs: number, type: LeadEvent['type'], link?: string) =>
      addEvent(owner, {
        tenantId: 'maple',
        leadId: 'scanned',
        eventId,
        atMs: NOW_MS + afterMs,
        body: Buffer.from('{}'),
        leadEvents: [
          {
            id: `${eventId}#0`,
            leadId: 'scanned',
            atMs: NOW_MS + afterMs,
            type,
            actor: 'lead',
            direction: null,
            channel: 'email',
            stage: null,
            value: null,
            subjectId: 'mail',
            ...(link !== undefined && { link }),
          },
        ],
      });
    await tell('sent', 0, 'email.delivered');
    await tell('opened', 4_000, 'email.opened');
    await tell('read', 60_000, 'email.opened');
    for (const at of [0, 1, 2]) await tell(`click${at}`, 600_000 + at * 700, 'email.clicked', `link${at}`);
    await tell('followed', 900_000, 'email.clicked', 'link0');

    const told: [string, string | undefined][] = [];
    let cursor: string | null = null;
    do {
      const query: string = `?limit=1${cursor === null ? '' : `&cursor=${cursor}`}`;
      const page: EventsPage = await json<EventsPage>(`/api/tenants/maple/leads/scanned/events${query}`);
      told.push(...page.events.map(({ eventId, machine }): [string, string | undefined] => [eventId, machine?.text]));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(told).toEqual([
      ['followed', undefined],
      ['click2', 'by a machine: three links in 2 s'],
      ['click1', 'by a machine: three links in 2 s'],
      ['click0', 'by a machine: three links in 2 s'],
      ['read', undefined],
      ['opened', 'by a machine: within seconds of delivery'],
      ['sent', undefined],
    ]);
  });

  it('come in shorter pages when their bodies are large, and still all come', async () => {
    await addLead(owner, { tenantId: 'maple', leadId: 'large' });
    const body = Buffer.alloc(1_500_000, 'x');
    for (let at = 0; at < 5; at += 1) {
      await addEvent(owner, { tenantId: 'maple', leadId: 'large', eventId: `big${at}`, atMs: NOW_MS + at, body });
    }
    const first = await json<EventsPage>('/api/tenants/maple/leads/large/events');
    expect(first.events.map(({ eventId }) => eventId)).toEqual(['big4', 'big3', 'big2']);
    const second = await json<EventsPage>(`/api/tenants/maple/leads/large/events?cursor=${first.nextCursor}`);
    expect(second.events.map(({ eventId }) => eventId)).toEqual(['big1', 'big0']);
    expect(second.nextCursor).toBeNull();
  });
});

describe('the page', () => {
  it('is served to those who are signed in, under a policy that allows nothing inline', async () => {
    const page = await get('/');
    expect(await page.text()).toContain('the page');
    expect(page.headers.get('cache-control')).toBe('no-cache');
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("connect-src 'self' http://localhost:4002 ws://localhost:4002");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(page.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('has files that are compressed and kept for ever when their name says what is in them', async () => {
    const file = await fetch(`${origin}/assets/index-B2x_9aQz.js`, { headers: { 'accept-encoding': 'br' } });
    expect(file.headers.get('content-encoding')).toBe('br');
    expect(file.headers.get('content-type')).toContain('javascript');
    expect(file.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    await file.body?.cancel();
    expect((await get('/mark.svg', null)).headers.get('cache-control')).toBe('no-cache');
  });

  it.each([
    '/index.html',
    '/index%2ehtml',
    '//index.html',
    '/index.html.br',
    '/../package.json',
    '/%2e%2e/package.json',
  ])('gives nobody %s without a session', async (path) => {
    expect((await get(path, null)).status).not.toBe(200);
  });

  it('answers what is not there as the API does', async () => {
    const response = await get('/api/nothing');
    expect([response.status, await codeOf(response)]).toEqual([404, 'notFound']);
  });
});

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the health of all services', () => {
  it('tells those that are ready, that say they are not, and that do not answer', async () => {
    const sick = createServer((_, response) => {
      response.writeHead(503, { 'content-type': 'application/json' }).end('{"status":"notReady","checks":[]}');
    });
    const dead = createServer();
    const [sickUrl, deadUrl] = [await listen(sick), await listen(dead)];
    await new Promise((resolve) => dead.close(resolve));
    const services = `analytics=${origin},sick=${sickUrl},dead=${deadUrl}`;
    const other = await start({ SERVICES: services });
    const response = await get('/api/health', cookieOf(), other.origin);
    const health = (await response.json()) as { services: object[] };
    expect(health.services).toEqual([
      { name: 'analytics', state: 'ready', ms: expect.any(Number) },
      { name: 'sick', state: 'notReady', ms: expect.any(Number) },
      { name: 'dead', state: 'down', ms: expect.any(Number) },
    ]);
    await other.app.close();
    await new Promise((resolve) => sick.close(resolve));
  });
});

describe('without Postgres', () => {
  it('says so with 503 and when to try again, and recovers by itself', async () => {
    const server = await testPostgresServer();
    await migrate(server.url, PASSWORD, NOW_MS);
    const other = await start({ DATABASE_URL: serviceUrl(server.url, PASSWORD) });
    const ask = () => get('/api/me', cookieOf(), other.origin);
    expect((await ask()).status).toBe(200);
    await server.pause();
    const response = await ask();
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await codeOf(response)).toBe('unavailable');
    expect((await get('/health/ready', null, other.origin)).status).toBe(503);
    await server.restart();
    await until(async () => (await ask()).status === 200, { what: 'the database to be back' });
    await other.app.close();
    await server.stop();
  });
});

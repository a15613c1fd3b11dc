import {
  INBOX,
  type ReceivedWebhook,
  type SourceConfiguration,
  sourceConfigured,
  webhookReceived,
  webhookStored,
} from '@hub/contracts';
import { connectNats, type NatsConnection, Publisher, readPage, streamState } from '@hub/messaging';
import { startService } from '@hub/service';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import fc from 'fast-check';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { gateway } from './gateway-service.ts';
import {
  type ConfiguredKind,
  configurationOf,
  newKey,
  platformSending,
  SECRETS_KEY,
  send,
  type SenderKey,
  type Sending,
  sending,
} from './senders-for-spec.ts';

const KINDS: readonly ConfiguredKind[] = ['hmac', 'standard-webhooks', 'ghl-workflow', 'events'];
const platform = generateKeyPairSync('ed25519');
const spki = platform.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');

let nats: TestServer;
let connection: NatsConnection;
let publisher: Publisher;
let app: NestFastifyApplication;
let origin: string;
const apps: NestFastifyApplication[] = [];

beforeAll(async () => {
  nats = await testNats();
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  publisher = new Publisher(connection);
  app = await start({ SECRETS_KEY });
  origin = await app.getUrl();
});

afterAll(async () => {
  await Promise.all(apps.map((each) => each.close()));
  await connection.close();
  await nats.stop();
});

async function start(env: NodeJS.ProcessEnv): Promise<NestFastifyApplication> {
  const quiet = { PORT: '0', LOG_LEVEL: 'silent', NATS_URL: nats.url, GHL_PUBLIC_KEYS: `spec=${spki}` };
  const started = await startService({ ...gateway, env: { ...quiet, ...env } });
  apps.push(started);
  return started;
}

/** Tells gateways of a source; they follow by themselves. */
async function tell(configuration: SourceConfiguration): Promise<void> {
  await publisher.publish(sourceConfigured, [configuration.sourceId], configuration);
}

function newId(): string {
  return `src${randomBytes(6).toString('hex')}`;
}

function bodyOf(value: unknown): Buffer<ArrayBuffer> {
  return Buffer.from(JSON.stringify(value));
}

/** Posts anew until it is answered so; each time another body, which is no duplicate. */
async function answered(status: number, make: (n: number) => Sending): Promise<Response> {
  let n = 0;
  return until(
    async () => {
      const response = await send(origin, make((n += 1)));
      return response.status === status ? response : false;
    },
    { what: `an answer ${status}` },
  );
}

async function lastSequence(): Promise<number> {
  return (await streamState(connection, INBOX)).lastSequence;
}

/** Whatever was stored after a sequence, in every lane, except what gateways ask themselves. */
async function storedAfter(after: number): Promise<readonly ReceivedWebhook[]> {
  const upTo = await lastSequence();
  const everyLane = { ...webhookReceived, subject: webhookStored.subject };
  const { messages } = await readPage(connection, everyLane, { tokens: [], after, upTo, maxMessages: 10_000 });
  return messages.flatMap(({ payload }) => payload).filter(({ source }) => source !== 'probe');
}

async function metric(beginning: string, of = origin): Promise<number> {
  const text = await (await fetch(`${of}/metrics`)).text();
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(beginning))
      ?.split(' ')
      .at(-1) ?? 0,
  );
}

describe('a source, from its first key to its end, without a restart of the gateway', () => {
  it.each([
    ['hmac', 'hmac'],
    ['standard-webhooks', 'standard-webhooks'],
    ['standard-webhooks', 'standard-webhooks v1a'],
    ['ghl-workflow', 'ghl-workflow'],
    ['events', 'events'],
  ] as const)('%s with keys for %s', async (kind, scheme) => {
    const sourceId = newId();
    const [old, next] = [newKey(scheme), newKey(scheme)];
    const by = (key: SenderKey) => (n: number) => sending(kind, sourceId, key, bodyOf({ by: key.keyId, n }));
    const source = { sourceId, kind, tenantId: 'maple' };
    const before = await lastSequence();

    // Somebody else makes the directory one that knows of sources: then one that it does not know is a stranger's.
    await tell(configurationOf({ sourceId: newId(), kind: 'hmac', tenantId: 'oak', version: 1 }, []));
    const unknown = await answered(401, by(old));
    expect(await unknown.json()).toMatchObject({ error: { code: 'unauthorised' } });

    await tell(configurationOf({ ...source, version: 1 }, [old]));
    await answered(200, by(old));
    expect((await send(origin, by(next)(0))).status).toBe(401);

    await tell(configurationOf({ ...source, version: 2 }, [{ ...old, notAfterMs: Date.now() + 3_600_000 }, next]));
    await answered(200, by(next));
    expect((await send(origin, by(old)(1_000))).status).toBe(200);

    await tell(configurationOf({ ...source, version: 3 }, [{ ...old, notAfterMs: Date.now() - 1 }, next]));
    const ended = await answered(401, by(old));
    expect(await ended.json()).toEqual(await unknownAnswer(kind));
    expect((await send(origin, by(next)(1_000))).status).toBe(200);

    await tell(configurationOf({ ...source, state: 'revoked', version: 4 }, []));
    await answered(401, by(next));
    const stored = await storedAfter(before);
    expect(stored.length).toBeGreaterThanOrEqual(4);
    for (const webhook of stored) {
      expect(webhook).toMatchObject({ source: kind, sourceId, tenantId: 'maple' });
      expect(JSON.stringify(webhook.headers)).not.toContain(old.privateKey === null ? old.secret : 'no secret of ours');
    }
  });

  /** Of an address that nobody has. */
  async function unknownAnswer(kind: ConfiguredKind): Promise<unknown> {
    return (await send(origin, sending(kind, newId(), newKey(kind), bodyOf({})))).json();
  }
});

describe('our own API', () => {
  it('takes a batch with one key: each event by itself, all or none of them answered', async () => {
    const sourceId = newId();
    const key = newKey('events');
    await tell(configurationOf({ sourceId, kind: 'events', tenantId: 'maple', version: 1 }, [key]));
    await answered(200, (n) => sending('events', sourceId, key, bodyOf({ id: `first-${n}` })));
    const before = await lastSequence();
    const batch = Buffer.from('[{"id":"a","n":1} ,{"id":"b"},\n {"id":"c","locationId":"oak"}]');
    const response = await send(origin, sending('events', sourceId, key, batch));
    const eventIds = ['a', 'b', 'c'].map((id) => `${sourceId}:${id}`);
    expect([response.status, await response.json()]).toEqual([200, { accepted: true, eventIds }]);
    const stored = await storedAfter(before);
    expect(
      stored.map(({ eventId, tenantId, body }) => `${eventId} ${tenantId} ${Buffer.from(body).toString()}`).toSorted(),
    ).toEqual([
      `${eventIds[0]} maple {"id":"a","n":1}`,
      `${eventIds[1]} maple {"id":"b"}`,
      `${eventIds[2]} maple {"id":"c","locationId":"oak"}`,
    ]);
    const again = await send(origin, sending('events', sourceId, key, batch));
    expect(await again.json()).toMatchObject({ accepted: true, duplicate: true, eventIds });
  });
});

describe('the token of a workflow in the path', () => {
  it('is as good as in the header, and stands in no metric', async () => {
    const sourceId = newId();
    const key = newKey('ghl-workflow');
    await tell(configurationOf({ sourceId, kind: 'ghl-workflow', tenantId: 'maple', version: 1 }, [key]));
    const at = (token: string) => (n: number) => ({
      path: `/webhooks/${sourceId}/${token}`,
      headers: {},
      body: bodyOf({ n }),
    });
    await answered(200, at(key.secret));
    expect((await send(origin, at(newKey('ghl-workflow').secret)(0))).status).toBe(401);
    expect(await (await fetch(`${origin}/metrics`)).text()).not.toContain(key.secret);
  });
});

describe('a gateway with another SECRETS_KEY', () => {
  it('takes nothing that it cannot check, refuses nothing for good, and says so', async () => {
    const sourceId = newId();
    const key = newKey('hmac');
    await tell(configurationOf({ sourceId, kind: 'hmac', tenantId: 'maple', version: 1 }, [key]));
    const other = await start({ SECRETS_KEY: randomBytes(32).toString('base64') });
    const at = await other.getUrl();
    await until(async () => (await metric('gateway_sources{state="disabled"', at)) > 0, { what: 'the source' });
    const before = await lastSequence();
    for (const by of [key, newKey('hmac')]) {
      const response = await send(at, sending('hmac', sourceId, by, bodyOf({ by: by.keyId })));
      expect([response.status, await response.json()]).toMatchObject([429, { error: { code: 'notKnownYet' } }]);
      expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    }
    const unsigned = { path: `/webhooks/${sourceId}`, headers: {}, body: bodyOf({}) };
    expect((await send(at, unsigned)).status).toBe(401);
    // What needs no secret of a source goes on.
    const ghl = platformSending(platform.privateKey, bodyOf({ locationId: 'maple', webhookId: newId() }));
    expect((await send(at, ghl)).status).toBe(200);
    expect((await storedAfter(before)).map(({ source }) => source)).toEqual(['ghl']);
  });
});

describe('a tenant', () => {
  const [mine, theirs] = [ring('maple'), ring('oak')];

  function ring(tenantId: string) {
    return KINDS.map((kind) => ({ kind, tenantId, sourceId: newId(), key: newKey(kind) }));
  }

  /** Bodies that speak of another tenant in every way a body can. */
  const claims = fc.constantFrom<object>(
    { locationId: 'oak' },
    { location: { id: 'oak' } },
    { tenantId: 'oak', tenant: 'oak' },
    { type: 'LocationUpdate', id: 'oak' },
    { altType: 'location', altId: 'oak' },
    { contactSnapshot: { locationId: 'oak' }, appointment: { locationId: 'oak' } },
    { type: 'lead.created', leadId: 'lead-1', at: 1_790_000_000_000, tenantId: 'oak', sourceId: theirs[0]?.sourceId },
    [{ locationId: 'oak' }, { tenantId: 'oak' }],
  );

  const attempt = fc.record({
    /** With which of our own keys it is signed. */
    from: fc.constantFrom(...mine),
    claim: claims,
    /** Where it goes instead of where it belongs. */
    to: fc.option(
      fc.oneof(
        fc.constantFrom(...theirs).map(({ sourceId }) => `/webhooks/${sourceId}`),
        fc
          .tuple(fc.constantFrom(...theirs), fc.constantFrom(...mine))
          .map(([{ sourceId }, { key }]) => `/webhooks/${sourceId}/${encodeURIComponent(key.secret)}`),
        fc.constantFrom(...mine).map(({ sourceId }) => `/webhooks/${sourceId}?tenant=oak&locationId=oak`),
        fc.constantFrom('/webhooks/ghl', '/v1/events', '/v1/events?tenant=oak', '/webhooks/oak'),
      ),
      { nil: null },
    ),
    /** Names that other software would believe. */
    more: fc.dictionary(
      fc.constantFrom('x-tenant', 'x-tenant-id', 'x-location-id', 'x-forwarded-host', 'x-hub-tenant', 'x-source-id'),
      fc.constantFrom('oak', ...theirs.map(({ sourceId }) => sourceId)),
    ),
    /** The signature of another of our sources beside its own. */
    beside: fc.option(fc.constantFrom(...mine), { nil: null }),
  });

  it('cannot write to another one with any of its keys, tokens, headers or claims', async () => {
    for (const { kind, tenantId, sourceId, key } of [...mine, ...theirs])
      await tell(configurationOf({ kind, tenantId, sourceId, version: 1 }, [key]));
    for (const { kind, sourceId, key } of [...mine, ...theirs])
      await answered(200, (n) => sending(kind, sourceId, key, bodyOf({ ready: n })));

    const before = await lastSequence();
    const ours = new Set(mine.map(({ sourceId }) => sourceId));
    let accepted = 0;
    let n = 0;
    await fc.assert(
      fc.asyncProperty(attempt, async ({ from, claim, to, more, beside }) => {
        n += 1;
        const body = bodyOf(Array.isArray(claim) ? claim.map((each: object) => ({ ...each, n })) : { ...claim, n });
        const own = sending(from.kind, from.sourceId, from.key, body);
        const other = beside === null ? {} : sending(beside.kind, beside.sourceId, beside.key, body).headers;
        const response = await send(origin, {
          path: to ?? own.path,
          headers: { ...more, ...other, ...own.headers },
          body,
        });
        expect([200, 401, 429]).toContain(response.status);
        // Two claims may name one event: its copy is answered, and not stored.
        const { duplicate } = (await response.json()) as { duplicate?: boolean };
        if (response.status === 200 && duplicate !== true) accepted += 1;
      }),
      { numRuns: 150, endOnFailure: true },
    );
    const stored = await storedAfter(before);
    expect(stored.filter(({ tenantId, sourceId }) => tenantId !== 'maple' || !ours.has(sourceId))).toEqual([]);
    expect(accepted).toBeGreaterThan(20);
    expect(stored.length).toBeGreaterThanOrEqual(accepted);
    // In no lane either: the subject of the slow one names its tenant.
    const info = await connection.request('$JS.API.STREAM.INFO.INBOX', JSON.stringify({ subjects_filter: '>' }));
    const { state } = info.json<{ state: { subjects: Record<string, number> } }>();
    expect(Object.keys(state.subjects).filter((subject) => subject.includes('oak'))).toEqual([]);
  });
});

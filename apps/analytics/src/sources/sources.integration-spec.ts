import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { type SourceConfiguration, sourceConfigured } from '@hub/contracts';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { connectNats, type NatsConnection, Publisher, tail } from '@hub/messaging';
import { startService } from '@hub/service';
import { sealSession, type Session, SESSION_COOKIE } from '@hub/session';
import { Sealing } from '@hub/sources';
import { testNats, testPostgres, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import pg from 'pg';
import { addTenant } from '../seed-for-spec.ts';
import { analytics } from '../service.ts';
import { SourceAnnouncer } from './source-announcer.ts';
import type { KeyAdded, SourceChanged, SourceView } from './source-shapes.ts';

const SECRET = 'a secret of at least thirty-two characters';
const PASSWORD = 'service-password';
const SECRETS_KEY = randomBytes(32).toString('base64');
const HOUR = 3_600_000;
const PUBLIC_KEY = 'i2HR1srL4o18O8BRa7gVJY7G7bupbN3H9AwJrHCDiOg=';

let nats: TestServer;
let postgres: Awaited<ReturnType<typeof testPostgres>>;
let owner: pg.Client;
let connection: NatsConnection;
let app: NestFastifyApplication;
let origin: string;
/** What a gateway would know. */
const told = new Map<string, SourceConfiguration>();

beforeAll(async () => {
  [nats, postgres] = await Promise.all([testNats(), testPostgres()]);
  await migrate(postgres.url, PASSWORD, Date.now());
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  await addTenant(owner, 'maple', 'Maple Realty');
  await addTenant(owner, 'oak', 'Oak Homes');
  ({ app, origin } = await start({ SECRETS_KEY }));
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  void follow();
});

afterAll(async () => {
  await app.close();
  await connection.close();
  await owner.end();
  await Promise.all([nats.stop(), postgres.stop()]);
});

async function follow(): Promise<void> {
  for await (const { payload } of tail(connection, sourceConfigured, { after: 0 })) told.set(payload.sourceId, payload);
}

async function start(env: Record<string, string>): Promise<{ app: NestFastifyApplication; origin: string }> {
  const started = await startService({
    ...analytics,
    env: {
      PORT: '0',
      LOG_LEVEL: 'silent',
      NATS_URL: nats.url,
      DATABASE_URL: serviceUrl(postgres.url, PASSWORD),
      SESSION_SECRET: SECRET,
      REALTIME_URL: 'http://localhost:4002',
      WEBHOOK_URL: 'https://hub.example/in/webhooks/ghl',
      ...env,
    },
  });
  const { port } = started.getHttpServer().address() as AddressInfo;
  return { app: started, origin: `http://127.0.0.1:${port}` };
}

function cookieOf(tenants: Session['tenants']): string {
  const session = { userId: 'jo', name: 'Jo', tenants, expiresAtMs: Date.now() + HOUR };
  return `${SESSION_COOKIE}=${sealSession(SECRET, session)}`;
}

interface Answer<T> {
  readonly status: number;
  readonly json: T;
}

async function call<T>(
  method: string,
  path: string,
  { body, tenants = ['maple'], at = origin }: { body?: object; tenants?: Session['tenants']; at?: string } = {},
): Promise<Answer<T>> {
  const response = await fetch(at + path, {
    method,
    headers: { cookie: cookieOf(tenants), ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  return { status: response.status, json: (await response.json()) as T };
}

const SOURCES = '/api/tenants/maple/sources';

async function added(body: object, path = SOURCES, tenants: Session['tenants'] = ['maple']): Promise<KeyAdded> {
  const { status, json } = await call<KeyAdded>('POST', path, { body, tenants });
  expect([status, json]).toEqual([201, expect.anything()]);
  return json;
}

interface Refusal {
  readonly error: { readonly code: string; readonly message: string };
}

async function refusal(method: string, path: string, more: object = {}): Promise<[number, string]> {
  const { status, json } = await call<Refusal>(method, path, more);
  return [status, json.error.code];
}

function knownVersion(sourceId: string, version: number): Promise<SourceConfiguration> {
  return until(() => ((told.get(sourceId)?.version ?? 0) >= version ? told.get(sourceId) : null), {
    what: `version ${version} of ${sourceId}`,
  });
}

function opened(configuration: SourceConfiguration, keyId: string): unknown {
  const key = configuration.keys.find((each) => each.keyId === keyId);
  return Sealing.fromBase64(SECRETS_KEY).open(key?.sealed ?? '', { sourceId: configuration.sourceId, keyId });
}

async function listed(sourceId: string): Promise<SourceView | undefined> {
  const { json } = await call<{ sources: SourceView[] }>('GET', SOURCES);
  return json.sources.find((source) => source.sourceId === sourceId);
}

describe('a source', () => {
  it.each([
    [{ kind: 'ghl-workflow' }, /^https:\/\/hub\.example\/in\/webhooks\/src[0-9a-f]+$/, /^[\w-]{43}$/],
    [{ kind: 'standard-webhooks' }, /\/in\/webhooks\/src/, /^whsec_.{44}$/],
    [{ kind: 'hmac', hmac: { signatureHeader: 'X-Signature' } }, /\/in\/webhooks\/src/, /^[0-9a-f]{64}$/],
    [{ kind: 'events' }, /^https:\/\/hub\.example\/in\/v1\/events$/, /^hub_src[0-9a-f]+_[0-9a-f]{64}$/],
  ])('of %j is made, told to gateways sealed, and its secret is shown once', async (request, url, secret) => {
    const made = await added({ name: 'Portal', ...request });
    expect(made).toMatchObject({
      announced: true,
      secret: expect.stringMatching(secret),
      source: { kind: request.kind, url: expect.stringMatching(url), state: 'active', version: 1 },
    });
    expect(made.urlWithSecret).toBe(request.kind === 'ghl-workflow' ? `${made.source.url}/${made.secret}` : null);
    const configuration = await knownVersion(made.source.sourceId, 1);
    expect(configuration).toMatchObject({ kind: request.kind, tenantId: 'maple', state: 'active' });
    // Only what stands in front: a random secret may itself hold an underscore.
    const plain = made.secret?.replace(/^(whsec_|hub_[^_]+_)/, '') ?? '';
    expect(plain.length).toBeGreaterThanOrEqual(32);
    expect(JSON.stringify(configuration)).not.toContain(plain);
    expect(opened(configuration, made.keyId)).toEqual({ ok: true, secret: expect.stringContaining(plain) });
    expect(JSON.stringify(await listed(made.source.sourceId))).not.toContain(plain);
    const { rows } = await owner.query(`SELECT sealed FROM source_keys WHERE key_id = $1`, [made.keyId]);
    expect(JSON.stringify(rows)).not.toContain(plain);
  });

  it('takes a secret that the sender gave, and does not show it again', async () => {
    const request = { kind: 'standard-webhooks', name: 'Svix', secret: `whpk_${PUBLIC_KEY}` };
    const made = await added(request);
    expect(made.secret).toBeNull();
    const configuration = await knownVersion(made.source.sourceId, 1);
    expect(opened(configuration, made.keyId)).toEqual({ ok: true, secret: request.secret });
  });

  it('rotates: the new key is valid at once, the old ones end after the overlap', async () => {
    const first = await added({ kind: 'events', name: 'Importer' });
    const { sourceId } = first.source;
    const beforeMs = Date.now();
    const second = await added({ overlapMs: HOUR }, `${SOURCES}/${sourceId}/keys`);
    const endMs = second.source.keys.find(({ keyId }) => keyId === first.keyId)?.notAfterMs ?? 0;
    expect(endMs - HOUR).toBeGreaterThanOrEqual(beforeMs);
    expect(endMs - HOUR).toBeLessThanOrEqual(Date.now());
    expect(second.source.keys.map(({ state }) => state)).toEqual(['valid', 'valid']);
    const { keys } = await knownVersion(sourceId, 2);
    expect(keys).toMatchObject([{ notAfterMs: endMs }, { keyId: second.keyId, notBeforeMs: null, notAfterMs: null }]);
  });

  it('does not lengthen the life of a key that ends sooner', async () => {
    const first = await added({ kind: 'events', name: 'Importer' });
    const path = `${SOURCES}/${first.source.sourceId}/keys`;
    await added({ overlapMs: 0 }, path);
    const third = await added({ overlapMs: HOUR, notBeforeMs: Date.now() + HOUR }, path);
    const [oldest, middle, newest] = third.source.keys;
    expect(oldest?.state).toBe('expired');
    expect(middle?.notAfterMs).toBe((newest?.notBeforeMs ?? 0) + HOUR);
    expect(newest?.state).toBe('notYetValid');
  });

  it('loses a key when that is revoked, whatever the clock of a gateway says', async () => {
    const first = await added({ kind: 'events', name: 'Importer' });
    const { sourceId } = first.source;
    const { json } = await call<SourceChanged>('DELETE', `${SOURCES}/${sourceId}/keys/${first.keyId}`);
    expect(json).toMatchObject({ announced: true, source: { keys: [{ state: 'revoked' }] } });
    expect((await knownVersion(sourceId, 2)).keys).toMatchObject([{ notAfterMs: 0 }]);
    expect(await refusal('DELETE', `${SOURCES}/${sourceId}/keys/nosuch`)).toEqual([404, 'keyNotFound']);
  });

  it('is revoked for good', async () => {
    const { source } = await added({ kind: 'events', name: 'Importer' });
    const { json } = await call<SourceChanged>('DELETE', `${SOURCES}/${source.sourceId}`);
    expect(json.source.state).toBe('revoked');
    expect(await knownVersion(source.sourceId, 2)).toMatchObject({ state: 'revoked', keys: [] });
    const again = await refusal('POST', `${SOURCES}/${source.sourceId}/keys`, { body: {} });
    expect(again).toEqual([409, 'sourceRevoked']);
  });

  it('has no more keys than a gateway should try', async () => {
    const { source } = await added({ kind: 'events', name: 'Importer' });
    const path = `${SOURCES}/${source.sourceId}/keys`;
    for (let more = 0; more < 7; more += 1) await added({}, path);
    expect(await refusal('POST', path, { body: {} })).toEqual([409, 'tooManyKeys']);
  });

  it('leaves a record of who changed what, without a secret', async () => {
    const made = await added({
      kind: 'hmac',
      name: 'Portal',
      secret: 'a-secret-of-theirs',
      hmac: { signatureHeader: 'x-s' },
    });
    const { rows } = await owner.query('SELECT * FROM audit WHERE subject = $1', [`source ${made.source.sourceId}`]);
    expect(rows).toMatchObject([{ actor: 'jo', action: 'create source', tenant_id: 'maple' }]);
    expect(JSON.stringify(rows)).not.toContain('a-secret-of-theirs');
  });
});

describe('what is refused', () => {
  it.each<[string, object, string]>([
    ['a kind that cannot be configured', { kind: 'ghl', name: 'x' }, 'kind'],
    ['hmac without its options', { kind: 'hmac', name: 'x' }, 'hmac'],
    ['options of another kind', { kind: 'events', name: 'x', hmac: { signatureHeader: 'x-s' } }, 'hmac'],
    [
      'a header that carries a credential',
      { kind: 'hmac', name: 'x', hmac: { signatureHeader: 'Authorization' } },
      'hmac',
    ],
    ['a short secret', { kind: 'hmac', name: 'x', secret: 'short', hmac: { signatureHeader: 'x-s' } }, 'secret'],
    ['a key that is none', { kind: 'standard-webhooks', name: 'x', secret: 'whsec_notbase64!' }, 'secret'],
    ['a secret for our own API', { kind: 'events', name: 'x', secret: 'a'.repeat(64) }, 'secret'],
    ['a field nobody knows', { kind: 'events', name: 'x', tenantId: 'oak' }, 'tenantId'],
    ['no name', { kind: 'events' }, 'name: '],
    ['a name of blanks', { kind: 'events', name: '  ' }, 'name: '],
    ['GoHighLevel as the source of a tenant', { kind: 'ghl', name: 'x' }, '/api/sources/ghl/keys'],
    [
      'one header for both',
      { kind: 'hmac', name: 'x', hmac: { signatureHeader: 'X-S', timestampHeader: 'x-s' } },
      'hmac.timestampHeader: must not be',
    ],
    [
      'a prefix that no header begins with',
      { kind: 'hmac', name: 'x', hmac: { signatureHeader: 'x-s', prefix: ' v1=' } },
      'hmac.prefix: must be printable',
    ],
    [
      'a hash that is none',
      { kind: 'hmac', name: 'x', hmac: { signatureHeader: 'x-s', algorithm: 'md5' } },
      'hmac.algorithm: ',
    ],
  ])('%s, naming the field and quoting no secret', async (_, body, field) => {
    const { status, json } = await call<Refusal>('POST', SOURCES, { body });
    const { code, message } = json.error;
    expect([status, code]).toEqual([400, 'invalidInput']);
    expect(message).toContain(field);
    expect(message).not.toMatch(/short\b.*short|notbase64/);
  });

  it.each<[string, object, string]>([
    ['a time in seconds', { notBeforeMs: 1_790_000_000 }, 'notBeforeMs: must be in epoch ms'],
    ['an end in the past', { notAfterMs: Date.now() - HOUR }, 'notAfterMs: lies in the past'],
    [
      'an end before the beginning',
      { notBeforeMs: 2e12, notAfterMs: 1.9e12 },
      'notAfterMs: must lie after notBeforeMs',
    ],
    ['an overlap without an end', { overlapMs: 1e12 }, 'overlapMs: '],
  ])('a key with %s, which would leave its sender out', async (_, body, message) => {
    const { source } = await added({ kind: 'events', name: 'Importer' });
    const path = `${SOURCES}/${source.sourceId}/keys`;
    const { status, json } = await call<Refusal>('POST', path, { body });
    expect([status, json.error]).toEqual([400, { code: 'invalidInput', message: expect.stringContaining(message) }]);
  });

  it('a secret that the source has or had already: nothing would have changed', async () => {
    const hmac = { signatureHeader: 'x-s' };
    const first = await added({ kind: 'hmac', name: 'Portal', secret: 'a-secret-of-theirs', hmac });
    const path = `${SOURCES}/${first.source.sourceId}/keys`;
    const again = { body: { secret: 'a-secret-of-theirs' } };
    expect(await refusal('POST', path, again)).toEqual([409, 'secretKnown']);
    await call('DELETE', `${path}/${first.keyId}`);
    const { status, json } = await call<Refusal>('POST', path, again);
    expect([status, json.error.code]).toEqual([409, 'secretKnown']);
    expect(json.error.message).toContain(first.keyId);
    expect(json.error.message).not.toContain('a-secret-of-theirs');
  });

  it.each([
    ['a source', 'DELETE', `${SOURCES}/${encodeURIComponent('../oak')}`, 'the source must be'],
    ['a key', 'DELETE', `${SOURCES}/src1/keys/${'k'.repeat(65)}`, 'the key must be'],
  ])('%s that cannot be one, by name', async (_, method, path, message) => {
    const { status, json } = await call<Refusal>(method, path);
    expect([status, json.error]).toEqual([400, { code: 'invalidInput', message: expect.stringContaining(message) }]);
  });

  it.each([
    ['no body', undefined, 'application/json'],
    ['what is not JSON', '{"kind":', 'application/json'],
    ['an array', '[]', 'application/json'],
    ['a form', 'kind=events', 'application/x-www-form-urlencoded'],
  ])('%s, with an error in our shape', async (_, body, contentType) => {
    const response = await fetch(`${origin}${SOURCES}`, {
      method: 'POST',
      headers: { cookie: cookieOf(['maple']), 'content-type': contentType },
      ...(body !== undefined && { body }),
    });
    const { error } = (await response.json()) as Refusal;
    expect(response.status).toBeGreaterThanOrEqual(400);
    expect(response.status).toBeLessThan(500);
    expect(error).toEqual({ code: expect.any(String), message: expect.stringMatching(/\w/) });
  });

  it('the sources of another tenant, on every route: they look as if they did not exist', async () => {
    const { source } = await added({ kind: 'events', name: 'Theirs' }, '/api/tenants/oak/sources', ['oak']);
    const theirs = `/api/tenants/oak/sources`;
    const mine = `${SOURCES}/${source.sourceId}`;
    expect(await refusal('GET', theirs)).toEqual([404, 'tenantNotFound']);
    expect(await refusal('POST', theirs, { body: { kind: 'events', name: 'x' } })).toMatchObject([
      404,
      'tenantNotFound',
    ]);
    expect(await refusal('POST', `${mine}/keys`, { body: {} })).toEqual([404, 'sourceNotFound']);
    expect(await refusal('DELETE', mine)).toEqual([404, 'sourceNotFound']);
    expect(await listed(source.sourceId)).toBeUndefined();
  });

  it('a tenant that does not exist, to somebody who may see all', async () => {
    const more = { body: { kind: 'events', name: 'x' }, tenants: '*' as const };
    expect(await refusal('POST', '/api/tenants/nosuch/sources', more)).toEqual([404, 'tenantNotFound']);
  });

  it('a change that comes from another site', async () => {
    const response = await fetch(`${origin}${SOURCES}`, {
      method: 'POST',
      headers: { cookie: cookieOf(['maple']), origin: 'https://evil.example', 'content-type': 'application/json' },
      body: JSON.stringify({ kind: 'events', name: 'x' }),
    });
    expect(response.status).toBe(403);
  });

  it('secrets, where there is no key to seal them with', async () => {
    const bare = await start({});
    const answer = await refusal('POST', SOURCES, { body: { kind: 'events', name: 'x' }, at: bare.origin });
    await bare.app.close();
    expect(answer).toEqual([503, 'secretsKeyMissing']);
  });
});

describe("GoHighLevel's own keys", () => {
  const KEYS = '/api/sources/ghl/keys';

  it('are for somebody who may see every tenant', async () => {
    expect(await refusal('GET', KEYS)).toEqual([403, 'notAnOperator']);
    expect(await refusal('POST', KEYS, { body: { publicKey: PUBLIC_KEY } })).toEqual([403, 'notAnOperator']);
  });

  it('are added and revoked beside the one that is built in', async () => {
    const before = (await knownVersion('ghl', 1)).version;
    const made = await added({ publicKey: PUBLIC_KEY }, KEYS, '*');
    expect(made).toMatchObject({
      secret: null,
      source: { sourceId: 'ghl', url: 'https://hub.example/in/webhooks/ghl' },
    });
    const configuration = await knownVersion('ghl', before + 1);
    expect(configuration).toMatchObject({ kind: 'ghl', tenantId: null });
    expect(opened(configuration, made.keyId)).toEqual({ ok: true, secret: PUBLIC_KEY });
    await call('DELETE', `${KEYS}/${made.keyId}`, { tenants: '*' });
    expect((await knownVersion('ghl', before + 2)).keys).toMatchObject([{ notAfterMs: 0 }]);
  });

  it('must be keys', async () => {
    const answer = await refusal('POST', KEYS, { body: { publicKey: 'bm90IGEga2V5' }, tenants: '*' });
    expect(answer).toEqual([400, 'invalidInput']);
  });
});

describe('the stream that gateways read', () => {
  const announcer = (): SourceAnnouncer => app.get(SourceAnnouncer);
  const publish = (configuration: SourceConfiguration) =>
    new Publisher(connection).publish(sourceConfigured, [configuration.sourceId], configuration);

  it('is made to say what the database says: what is missing, what differs, and what is in it for no reason', async () => {
    const { source } = await added({ kind: 'events', name: 'Truth' });
    const truth = await knownVersion(source.sourceId, 1);
    await publish({ ...truth, name: 'Something else', version: 7 });
    await publish({ ...truth, sourceId: 'nobody', version: 3 });
    expect(await announcer().reconcile()).toBe(2);
    expect(await knownVersion(source.sourceId, 8)).toEqual({ ...truth, version: 8 });
    expect(await knownVersion('nobody', 4)).toMatchObject({ state: 'revoked', keys: [] });
    expect(await announcer().reconcile()).toBe(0);
  });

  it('gets what was changed while the broker was away', async () => {
    await nats.pause();
    const { status, json } = await call<KeyAdded>('POST', SOURCES, { body: { kind: 'events', name: 'Meanwhile' } });
    expect([status, json.announced]).toEqual([201, false]);
    await nats.restart();
    await until(() => announcer().reconcile(), { what: 'the broker', timeoutMs: 20_000 });
    await knownVersion(json.source.sourceId, 1);
  });
});

import { REPLAY_HEADER, type ReceivedWebhook, webhookReceived, webhookStored } from '@hub/contracts';
import { Database } from '@hub/database';
import { type Tail, tail } from '@hub/messaging';
import { until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeliveryLife, DeliveryPage } from '../deliveries/delivery-shapes.ts';
import type { LetterPage } from '../dead-letters/letter-shapes.ts';
import { type SpecStack, startStack } from '../stack-for-spec.ts';
import type { ReplayAnswer, ReplayJob } from './replay-request.ts';
import { advanceReplay, insertReplay, leaseReplay } from './replay-store.ts';
import { addApplied, addLetter, ODD_BYTES, type SeedLetter, webhookOf } from './seed-for-spec.ts';

let stack: SpecStack;
let inbox: Tail<readonly ReceivedWebhook[]>;
/** Everything that came into the inbox, by pack. */
const packs: (readonly ReceivedWebhook[])[] = [];

beforeAll(async () => {
  stack = await startStack();
  inbox = tail(stack.connection, { ...webhookReceived, subject: webhookStored.subject }, { after: 0 });
  void follow();
});

afterAll(async () => {
  inbox.stop();
  await stack.stop();
});

async function follow(): Promise<void> {
  for await (const { payload } of inbox) packs.push(payload);
}

/** What a job put into the inbox. */
const sentBy = (job: Pick<ReplayJob, 'id'>) => packs.flat().filter(({ headers }) => headers[REPLAY_HEADER] === job.id);
const idsOf = (webhooks: readonly ReceivedWebhook[]) => webhooks.map(({ eventId }) => eventId);

let serial = 0;
const newTenant = () => `tenant${(serial += 1)}`;

async function lettersOf(tenantId: string, count: number, more: SeedLetter = {}): Promise<ReceivedWebhook[]> {
  const webhooks = Array.from({ length: count }, () => webhookOf(tenantId));
  for (const webhook of webhooks) await addLetter(stack.owner, webhook, more);
  return webhooks;
}

async function answerOf<T>(response: Response): Promise<T> {
  if (!response.ok) throw new Error(`${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}

async function order(path: 'dead-letters' | 'deliveries', tenant: string, body: object): Promise<ReplayAnswer> {
  return answerOf(await stack.post(`/api/${path}/replays`, { tenant, ...body }, [tenant]));
}

async function ordered(path: 'dead-letters' | 'deliveries', tenant: string, body: object): Promise<ReplayJob> {
  const { job } = await order(path, tenant, body);
  if (job === null) throw new Error('no job');
  return job;
}

const jobOf = (tenant: string, { id }: Pick<ReplayJob, 'id'>) => stack.json<ReplayJob>(`/api/replays/${id}`, [tenant]);

async function ended(tenant: string, job: Pick<ReplayJob, 'id'>): Promise<ReplayJob> {
  return until(
    async () => {
      const now = await jobOf(tenant, job);
      return now.state !== 'running' && sentBy(job).length >= now.sent && now;
    },
    { what: 'a job to end', timeoutMs: 30_000 },
  );
}

async function auditOf(tenant: string) {
  const { rows } = await stack.owner.query(
    'SELECT actor, action, subject, detail FROM audit WHERE tenant_id = $1 ORDER BY id',
    [tenant],
  );
  return rows;
}

/** Every page of a search: one may come short. */
async function lettersBy(query: string, tenants: '*' | readonly string[] = '*'): Promise<LetterPage['letters']> {
  const found: LetterPage['letters'] = [];
  let cursor = '';
  do {
    const page: LetterPage = await stack.json(`/api/dead-letters?${query}${cursor}`, tenants);
    found.push(...page.letters);
    cursor = page.nextCursor === null ? '' : `&cursor=${page.nextCursor}`;
  } while (cursor !== '');
  return found;
}

describe('a dry run', () => {
  it('says how many webhooks and leads are touched, and touches none', async () => {
    const tenant = newTenant();
    await lettersOf(tenant, 2, { leadId: 'ann' });
    await lettersOf(tenant, 1, { leadId: 'bob' });
    await lettersOf(tenant, 1, { leadId: 'cleo', state: 'parked' });
    const filter = { reason: 'notStorable' };
    expect(await order('dead-letters', tenant, { filter, dryRun: true })).toEqual({
      reach: { matched: 3, events: 3, leads: 2, more: false },
      job: null,
    });
    const dropped = await answerOf(
      await stack.post('/api/dead-letters/drops', { tenant, filter, reason: 'no use', dryRun: true }, [tenant]),
    );
    expect(dropped).toEqual({ reach: { matched: 3, events: 3, leads: 2, more: false }, dropped: 0 });
    expect(await auditOf(tenant)).toEqual([]);
    expect((await stack.json<{ replays: unknown[] }>('/api/replays', [tenant])).replays).toEqual([]);
  });
});

describe('a replay of dead letters', () => {
  it('puts them back byte for byte, oldest first, with the id, time, source and headers they had', async () => {
    const tenant = newTenant();
    const webhooks = [
      webhookOf(tenant, { body: ODD_BYTES }),
      webhookOf(tenant, { body: Buffer.alloc(0) }),
      webhookOf(tenant, { body: Buffer.from('{"a":1,  "a":2}\r\n'), source: 'ghl', sourceId: 'ghl' }),
    ];
    for (const webhook of webhooks) await addLetter(stack.owner, webhook);
    const job = await ordered('dead-letters', tenant, { filter: { reason: 'notStorable' }, reason: 'mended' });
    expect(await ended(tenant, job)).toMatchObject({ state: 'done', sent: 3, total: 3, failure: null });
    expect(sentBy(job)).toEqual(
      webhooks.map((webhook) => ({ ...webhook, headers: { ...webhook.headers, [REPLAY_HEADER]: job.id } })),
    );
    const { letters } = await stack.json<LetterPage>('/api/dead-letters', [tenant]);
    expect(letters.map(({ sentAgainAtMs }) => sentAgainAtMs)).toEqual(letters.map(() => expect.any(Number)));
    expect(await auditOf(tenant)).toEqual([
      {
        actor: 'u1',
        action: 'replay',
        subject: `replay ${job.id}`,
        detail: expect.objectContaining({ kind: 'dead', criteria: ['reason'], matched: 3, reason: 'mended' }),
      },
    ]);
  });

  it('sends those that are dead, of what is named, in packs no larger than its rate', async () => {
    const tenant = newTenant();
    const wanted = await lettersOf(tenant, 5, { leadId: 'ann' });
    await lettersOf(tenant, 2, { leadId: 'bob' });
    await lettersOf(tenant, 2, { leadId: 'ann', state: 'parked' });
    const job = await ordered('dead-letters', tenant, { filter: { lead: 'ann' }, ratePerS: 2 });
    await ended(tenant, job);
    expect(idsOf(sentBy(job))).toEqual(idsOf(wanted));
    const sizes = packs.filter((pack) => pack[0]?.headers[REPLAY_HEADER] === job.id).map((pack) => pack.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(2);
  });

  it('finds letters by a value at a place, though others come before', async () => {
    const tenant = newTenant();
    await lettersOf(tenant, 3);
    const wanted = webhookOf(tenant, { body: Buffer.from('{"order":{"total":7}}') });
    await addLetter(stack.owner, wanted);
    const job = await ordered('dead-letters', tenant, { filter: { path: '$.order.total=7' }, ratePerS: 2 });
    expect(await ended(tenant, job)).toMatchObject({ sent: 1, total: 1 });
    expect(idsOf(sentBy(job))).toEqual([wanted.eventId]);
  });

  it('stops when it is cancelled, and does not send the rest', async () => {
    const tenant = newTenant();
    const webhooks = await lettersOf(tenant, 60);
    const job = await ordered('dead-letters', tenant, { filter: { reason: 'notStorable' }, ratePerS: 1 });
    await until(() => sentBy(job).length > 0, { what: 'the first webhook' });
    const cancelled = await answerOf<ReplayJob>(await stack.post(`/api/replays/${job.id}/cancel`, {}, [tenant]));
    expect(cancelled).toMatchObject({ state: 'cancelled', finishedAtMs: expect.any(Number) });
    // Those who work on jobs look at each before they send: the next job is done, so this one was let go.
    const other = await ordered('dead-letters', tenant, { filter: { reason: 'notStorable' }, ratePerS: 2_000 });
    await ended(tenant, other);
    expect(sentBy(other)).toHaveLength(60);
    expect(sentBy(job).length).toBeLessThan(webhooks.length);
    expect(await jobOf(tenant, job)).toMatchObject({ state: 'cancelled' });
    const actions = (await auditOf(tenant)).map(({ action }) => action);
    expect(actions).toEqual(['replay', 'cancel replay', 'replay']);
  });

  it('goes on where it was in another process, when the one that had it has died', async () => {
    const tenant = newTenant();
    const webhooks = await lettersOf(tenant, 6);
    const { rows } = await stack.owner.query<{ id: string }>(
      'SELECT id::text AS id FROM dead_letters WHERE tenant_id = $1 ORDER BY dead_letters.id',
      [tenant],
    );
    // What a process leaves behind that sent two and was killed: a lease that nobody renews.
    const { rows: jobs } = await stack.owner.query<{ id: string }>(
      `INSERT INTO replays (tenant_id, kind, filter, cursor, state, rate_per_s, total, sent, leads, requested_by, reason,
         created_at, updated_at, lease_by, lease_until)
       VALUES ($1, 'dead', '{"reason":"notStorable"}', $2, 'running', 100, 6, 2, 0, 'u1', 'spec', now(), now(), 'dead process',
         now() + interval '1 s') RETURNING id::text AS id`,
      [tenant, { afterId: rows[1]?.id, upToId: rows[5]?.id }],
    );
    const [job] = jobs;
    if (job === undefined) throw new Error('no job');
    await until(async () => (await jobOf(tenant, job)).state === 'done', { what: 'a job to end', timeoutMs: 30_000 });
    expect(await jobOf(tenant, job)).toMatchObject({ sent: 6 });
    const rest = idsOf(webhooks.slice(2));
    await until(() => sentBy(job).length >= rest.length, { what: 'the rest' });
    expect(idsOf(sentBy(job))).toEqual(rest);
  }, 40_000);

  it('is given back by a service that stops, and goes on where it was in the next one, nothing sent twice', async () => {
    const tenant = newTenant();
    const webhooks = await lettersOf(tenant, 4);
    const job = await ordered('dead-letters', tenant, { filter: { reason: 'notStorable' }, ratePerS: 1 });
    await until(() => sentBy(job).length > 0, { what: 'the first webhook' });
    await stack.apps.shift()?.close();
    expect(sentBy(job).length).toBeLessThan(webhooks.length);
    await stack.start();
    expect(await ended(tenant, job)).toMatchObject({ state: 'done', sent: 4 });
    expect(idsOf(sentBy(job))).toEqual(idsOf(webhooks));
  }, 60_000);

  it('belongs to one process at a time: who has lost its lease cannot move it on', async () => {
    const tenant = newTenant();
    const database = databaseOf(stack);
    const reach = { matched: 1, events: 1, leads: 1, more: false };
    const job = await database.asTenants([tenant], (tx) =>
      insertReplay(
        tx,
        {
          tenantId: tenant,
          kind: 'dead',
          filter: {},
          cursor: {},
          ratePerS: 1,
          reach,
          requestedBy: 'u1',
          reason: 'spec',
        },
        Date.now(),
      ),
    );
    const take = (lease: string) =>
      stack.owner.query(`UPDATE replays SET lease_by = $2, lease_until = now() + interval '1 h' WHERE id = $1`, [
        job.id,
        lease,
      ]);
    const advance = (lease: string, cursor: object) =>
      database.asTenants([tenant], (tx) =>
        advanceReplay(tx, { id: job.id, lease }, { cursor, sent: 1, isOver: false }),
      );
    await take('first');
    expect(await advance('first', { afterId: '1' })).toBe(true);
    await take('second');
    expect(await advance('first', { afterId: '9' })).toBe(false);
    expect(await advance('second', { afterId: '2' })).toBe(true);
    expect(await leaseReplay(database, 'third')).toBeNull();
    expect(await jobOf(tenant, job)).toMatchObject({ sent: 2 });
    await stack.post(`/api/replays/${job.id}/cancel`, {}, [tenant]);
    expect(await advance('second', { afterId: '3' })).toBe(false);
  });
});

function databaseOf({ apps }: SpecStack): Database {
  const database = apps[0]?.get(Database);
  if (database === undefined) throw new Error('no service');
  return database;
}

describe('a replay of deliveries', () => {
  it('sends each webhook once, byte for byte, and nothing that came after the order', async () => {
    const tenant = newTenant();
    const webhooks = [webhookOf(tenant, { body: ODD_BYTES }), webhookOf(tenant), webhookOf(tenant)];
    for (const webhook of webhooks) await addApplied(stack.owner, webhook, 'ann');
    const late = webhookOf(tenant, { receivedAtMs: Date.now() + 3_600_000 });
    await addApplied(stack.owner, late, 'ann');
    const filter = { lead: 'ann' };
    expect((await order('deliveries', tenant, { filter, dryRun: true })).reach).toMatchObject({ events: 4, leads: 1 });
    const job = await ordered('deliveries', tenant, { filter, ratePerS: 2 });
    expect(await ended(tenant, job)).toMatchObject({ state: 'done', sent: 3 });
    expect(sentBy(job)).toEqual(
      webhooks.map((webhook) => ({ ...webhook, headers: { ...webhook.headers, [REPLAY_HEADER]: job.id } })),
    );
  });

  it('is told of in the life of each: bytes, copies and times', async () => {
    const tenant = newTenant();
    const webhook = webhookOf(tenant, { body: ODD_BYTES });
    await addApplied(stack.owner, webhook, 'ann');
    const query = new URLSearchParams({ tenant, event: webhook.eventId }).toString();
    const life = await stack.json<DeliveryLife>(`/api/deliveries/life?${query}`, [tenant]);
    expect(life).toMatchObject({
      headers: webhook.headers,
      body: ODD_BYTES.toString('base64'),
      bodyEncoding: 'base64',
      copies: [
        {
          outcome: 'applied',
          receivedAtMs: webhook.receivedAtMs,
          storedAtMs: webhook.receivedAtMs + 2,
          settledAtMs: webhook.receivedAtMs + 9,
        },
      ],
      letter: null,
    });
    const raw = await stack.get(`/api/deliveries/raw?${query}`, [tenant]);
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(ODD_BYTES);
    expect([raw.headers.get('content-type'), raw.headers.get('x-content-type-options')]).toEqual([
      'application/octet-stream',
      'nosniff',
    ]);
  });
});

describe('letters', () => {
  it('are shown whole, and given as the bytes they are', async () => {
    const tenant = newTenant();
    const webhook = webhookOf(tenant, { body: ODD_BYTES });
    const id = await addLetter(stack.owner, webhook, { leadId: 'ann' });
    expect(await stack.json(`/api/dead-letters/${id}`, [tenant])).toMatchObject({
      eventId: webhook.eventId,
      reason: 'notStorable',
      headers: webhook.headers,
      bytesBase64: ODD_BYTES.toString('base64'),
      attemptLog: [{ atMs: webhook.receivedAtMs, reason: 'notStorable', cause: 'store:22P05' }],
    });
    const raw = await stack.get(`/api/dead-letters/${id}/raw`, [tenant]);
    expect(Buffer.from(await raw.arrayBuffer())).toEqual(ODD_BYTES);
    expect(raw.headers.get('content-disposition')).toBe(`attachment; filename="${webhook.eventId}.bin"`);
  });

  it('are dropped for a reason that is written down, and then left alone', async () => {
    const tenant = newTenant();
    await lettersOf(tenant, 2, { leadId: 'ann' });
    await lettersOf(tenant, 1, { leadId: 'bob' });
    const body = { tenant, filter: { lead: 'ann' }, reason: 'a test of theirs' };
    const answer = await answerOf(await stack.post('/api/dead-letters/drops', body, [tenant]));
    expect(answer).toMatchObject({ dropped: 2 });
    expect(await auditOf(tenant)).toEqual([
      {
        actor: 'u1',
        action: 'drop',
        subject: 'dead letters',
        detail: { reason: 'a test of theirs', dropped: 2, criteria: ['lead'] },
      },
    ]);
    const dry = await order('dead-letters', tenant, { filter: { reason: 'notStorable' }, dryRun: true });
    expect(dry.reach).toMatchObject({ matched: 1 });
    expect(await lettersBy('state=dropped', [tenant])).toHaveLength(2);
  });

  it('come in pages that go on by their cursor', async () => {
    const tenant = newTenant();
    const webhooks = await lettersOf(tenant, 12);
    const found = (await lettersBy('limit=5', [tenant])).map(({ eventId }) => eventId);
    expect(found).toEqual(idsOf(webhooks).toReversed());
  });
});

describe('tenants', () => {
  let [maple, oak]: string[] = [];
  let letterId: string;
  let jobId: string;
  const applied = () => webhookOf(maple ?? '');
  let delivered: ReceivedWebhook;

  beforeAll(async () => {
    [maple, oak] = [newTenant(), newTenant()];
    letterId = await addLetter(stack.owner, applied());
    delivered = applied();
    await addApplied(stack.owner, delivered, 'ann');
    const job = await ordered('dead-letters', maple ?? '', { filter: { ids: [letterId] } });
    jobId = job.id;
    await ended(maple ?? '', job);
  });

  it('do not see what is of another', async () => {
    const see = [oak ?? ''];
    const life = new URLSearchParams({ tenant: maple ?? '', event: delivered.eventId }).toString();
    const hidden = [
      `/api/dead-letters/${letterId}`,
      `/api/dead-letters/${letterId}/raw`,
      `/api/dead-letters?tenant=${maple}`,
      `/api/dead-letters/groups?tenant=${maple}`,
      `/api/deliveries?tenant=${maple}`,
      `/api/deliveries/life?${life}`,
      `/api/deliveries/raw?${life}`,
      `/api/replays/${jobId}`,
    ];
    for (const path of hidden) {
      const response = await stack.get(path, see);
      expect([path, response.status]).toEqual([path, 404]);
      await response.arrayBuffer();
    }
    expect(await stack.json<LetterPage>('/api/dead-letters', see)).toEqual({ letters: [], nextCursor: null });
    expect(await stack.json<DeliveryPage>('/api/deliveries', see)).toEqual({ deliveries: [], nextCursor: null });
    expect(await stack.json('/api/dead-letters/groups', see)).toEqual({ groups: [] });
    expect(await stack.json('/api/replays', see)).toEqual({ replays: [] });
  });

  it('do not touch what is of another', async () => {
    const see = [oak ?? ''];
    const filter = { ids: [letterId] };
    const named = { tenant: maple, filter, reason: 'not theirs' };
    const paths = ['/api/dead-letters/replays', '/api/dead-letters/drops'];
    for (const path of paths) expect((await stack.post(path, named, see)).status).toBe(404);
    for (const path of paths) {
      const answer = await answerOf(await stack.post(path, { filter, reason: 'guessed the id' }, see));
      expect(answer).toMatchObject({ reach: { matched: 0 } });
    }
    const deliveries = { filter: { event: delivered.eventId } };
    expect(await order('deliveries', oak ?? '', deliveries)).toMatchObject({ reach: { matched: 0 }, job: null });
    expect((await stack.post(`/api/replays/${jobId}/cancel`, {}, see)).status).toBe(404);
    expect(await auditOf(oak ?? '')).toEqual([]);
    expect(await stack.json(`/api/dead-letters/${letterId}`, [maple ?? ''])).toMatchObject({ state: 'dead' });
  });

  it('are all seen by an operator, with those of no tenant, who may replay for all of them at once', async () => {
    const nobody = { ...webhookOf('_'), tenantId: null };
    const first = await addLetter(stack.owner, nobody, { reason: 'noLocation', cause: 'sort' });
    const second = await addLetter(stack.owner, webhookOf(oak ?? ''), { reason: 'noLocation', cause: 'sort' });
    const found = await lettersBy('reason=noLocation');
    expect(found.map(({ id }) => id).toSorted()).toEqual([first, second].toSorted());
    const { groups } = await stack.json<{ groups: object[] }>('/api/dead-letters/groups');
    expect(groups).toContainEqual(
      expect.objectContaining({ reason: 'noLocation', cause: 'sort', letters: 2, tenants: 2 }),
    );
    const body = { filter: { reason: 'noLocation' }, reason: 'mended' };
    const { job } = await answerOf<ReplayAnswer>(await stack.post('/api/dead-letters/replays', body, '*'));
    if (job === null) throw new Error('no job');
    await until(() => sentBy(job).length === 2, { what: 'both' });
    expect(sentBy(job).map(({ tenantId }) => tenantId)).toEqual(expect.arrayContaining([null, oak]));
  });

  it('several at once cannot be replayed without naming one', async () => {
    const see = [maple ?? '', oak ?? ''];
    const response = await stack.post('/api/dead-letters/replays', { filter: { reason: 'notStorable' } }, see);
    expect(response.status).toBe(404);
    expect((await lettersBy('state=dead', see)).map(({ id }) => id)).toContain(letterId);
  });
});

it.each([
  '/api/dead-letters?limit=0',
  '/api/dead-letters?cursor=x',
  '/api/dead-letters?state=gone',
  '/api/dead-letters?reason=bad',
  '/api/dead-letters?path=contactId',
  '/api/dead-letters?from=yesterday',
  '/api/dead-letters/x',
  '/api/deliveries?outcome=lost',
  '/api/deliveries?cursor=e30',
  '/api/deliveries/life?tenant=maple',
  '/api/replays/x',
])('%s is refused', async (path) => {
  const response = await stack.get(path, '*');
  expect([response.status, await response.json()]).toEqual([
    400,
    { error: expect.objectContaining({ code: 'invalidInput' }) },
  ]);
});

it.each([
  ['a selection of everything', {}],
  ['a criterion that there is not', { filter: { colour: 'red' } }],
  ['a rate of none', { filter: { type: 'x' }, ratePerS: 0 }],
])('%s is no order', async (_, body) => {
  expect((await stack.post('/api/dead-letters/replays', { filter: {}, ...body }, '*')).status).toBe(400);
  expect((await stack.post('/api/deliveries/replays', { filter: {}, ...body }, '*')).status).toBe(400);
});

import {
  type Heartbeat,
  type MinuteTally,
  minuteOf,
  type ReceivedWebhook,
  serviceAlive,
  serviceTallied,
  type Tally,
  TALLIES,
  webhookReceived,
} from '@hub/contracts';
import { Database } from '@hub/database';
import type { Inbound } from '@hub/messaging';
import { until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Alert } from './alerts/alerts.ts';
import { Watch } from './alerts/watch.ts';
import { enterSigns, noticeSilence } from './downtime/signs.ts';
import { Retention } from './retention.ts';
import type { PayloadType, SchemaChangeEntry } from './schema/schema-reads.ts';
import { SchemaWatch } from './schema/schema-watch.ts';
import { type SpecStack, startStack } from './stack-for-spec.ts';
import { applyTallies } from './tallies/apply-tallies.ts';
import type { Duplicates } from './tallies/duplicates.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const WEEK = 7 * 24 * HOUR;

let stack: SpecStack;
let database: Database;
let watch: Watch;

beforeAll(async () => {
  stack = await startStack();
  [database, watch] = partsOf(0);
  await stack.owner.query(`INSERT INTO tenants (id, name) VALUES ('maple', 'Maple'), ('oak', 'Oak')`);
});

afterAll(() => stack.stop());

function partsOf(app: number): [Database, Watch] {
  const found = stack.apps[app];
  if (found === undefined) throw new Error('no such service');
  return [found.get(Database), found.get(Watch)];
}

const tallyOf = (more: Partial<Tally>): Tally => ({
  service: 'gateway',
  instanceId: 'g1',
  minutes: [],
  duplicates: [],
  keyUses: [],
  refusals: [],
  suspects: [],
  ...more,
});
const minute = (tenantId: string, outcomes: MinuteTally['outcomes'], latency: number[] = []): MinuteTally => ({
  tenantId,
  minuteMs: minuteOf(Date.now()),
  path: 'ack',
  outcomes,
  latency,
});
const inbound = (sequence: number, payload: Tally): Inbound<Tally> => ({
  payload,
  subject: 'service.tallied.gateway',
  sequence,
  storedAtMs: 1_790_000_000_000 + sequence,
  deliveries: 1,
  traceparent: null,
});

async function talliesOf(tenantId: string): Promise<{ outcomes: Record<string, number>; latency: string[] }[]> {
  const { rows } = await stack.owner.query('SELECT outcomes, latency FROM minute_tallies WHERE tenant_id = $1', [
    tenantId,
  ]);
  return rows;
}

const openAlerts = async (tenants: '*' | readonly string[] = '*') =>
  (await stack.json<{ alerts: Alert[] }>('/api/alerts', tenants)).alerts;

describe('tallies', () => {
  it('are added once each, however often and by however many they are read', async () => {
    const messages = [
      inbound(1, tallyOf({ minutes: [minute('elm', { accepted: 2 }, [1, 1])] })),
      inbound(2, tallyOf({ minutes: [minute('elm', { accepted: 1, duplicate: 4 }, [0, 0, 5])] })),
    ];
    await Promise.all(Array.from({ length: 6 }, () => applyTallies(database, TALLIES.name, messages)));
    const more = inbound(3, tallyOf({ minutes: [minute('elm', { duplicate: 1 }, [1])] }));
    await applyTallies(database, TALLIES.name, [...messages, more]);
    expect(await talliesOf('elm')).toEqual([{ outcomes: { accepted: 3, duplicate: 5 }, latency: ['2', '1', '5'] }]);
    const { rows } = await stack.owner.query(
      `SELECT outcome, answered::int FROM hour_answers WHERE tenant_id = 'elm' ORDER BY outcome`,
    );
    expect(rows).toEqual([
      { outcome: 'accepted', answered: 3 },
      { outcome: 'duplicate', answered: 5 },
    ]);
  });

  it('leave no trace of a batch that could not be stored, so that it counts when it comes again', async () => {
    const good = inbound(10, tallyOf({ minutes: [minute('ash', { accepted: 1 })] }));
    const bad = inbound(11, tallyOf({ minutes: [minute('ash\0', { accepted: 1 })] }));
    await expect(applyTallies(database, TALLIES.name, [good, bad])).rejects.toThrow();
    await applyTallies(database, TALLIES.name, [good]);
    expect(await talliesOf('ash')).toEqual([{ outcomes: { accepted: 1 }, latency: [] }]);
  });

  it('come by the stream, and show duplicates to their tenant and refusals to operators', async () => {
    const [firstSeenAtMs, lastSeenAtMs] = [Date.now() - HOUR, Date.now()];
    const tally = tallyOf({
      minutes: [minute('oak', { accepted: 5, duplicate: 3 })],
      duplicates: [{ tenantId: 'oak', eventId: 'e1', firstSeenAtMs, lastSeenAtMs, copies: 3 }],
      keyUses: [{ sourceId: 'src', keyId: 'k1', lastUsedAtMs: lastSeenAtMs, uses: 7 }],
      refusals: [{ source: 'ghl', sourceId: 'ghl', reason: 'mismatch', atMs: lastSeenAtMs, maskedStart: '{"x\0":0' }],
    });
    await stack.owner.query(
      `INSERT INTO sources (source_id, tenant_id, kind, name, state) VALUES ('src', 'oak', 'events', 'x', 'active')`,
    );
    await stack.owner.query(
      `INSERT INTO source_keys (source_id, key_id, tenant_id, sealed) VALUES ('src', 'k1', 'oak', 'x')`,
    );
    await stack.publisher.publish(serviceTallied, ['gateway'], tally);
    const read = () => stack.json<Duplicates>('/api/tenants/oak/duplicates', ['oak']);
    await until(async () => (await read()).events.length > 0, { what: 'the tally' });
    expect(await read()).toEqual({
      events: [{ eventId: 'e1', firstSeenAtMs, lastSeenAtMs, copies: 3 }],
      minutes: [{ minuteMs: expect.any(Number), hot: 3, exact: 0 }],
    });
    const { refusals } = await stack.json<{ refusals: object[] }>('/api/refusals');
    expect(refusals).toEqual([expect.objectContaining({ reason: 'mismatch', maskedStart: '{"x\uFFFD":0' })]);
    expect((await stack.get('/api/refusals', ['oak'])).status).toBe(403);
    expect((await stack.get('/api/tenants/oak/duplicates', ['maple'])).status).toBe(404);
    const { rows } = await stack.owner.query('SELECT uses::int, last_used_at FROM source_keys');
    expect(rows).toEqual([{ uses: 7, last_used_at: new Date(lastSeenAtMs) }]);
  });

  it('raise an alert that names a source whose webhooks match no key, since when, and what to do', async () => {
    await stack.owner.query(
      `INSERT INTO sources (source_id, tenant_id, kind, name, state) VALUES ('portal', 'maple', 'hmac', 'x', 'active')`,
    );
    const now = Date.now();
    const of = (firstAtMs: number, lastAtMs: number, heldBack: number, kept: number, sourceId = 'portal') =>
      tallyOf({
        suspects: [{ sourceId, source: sourceId === 'ghl' ? 'ghl' : 'hmac', firstAtMs, lastAtMs, heldBack, kept }],
      });
    // Earlier times of suspicion are over; of the last one two gateways tell, one of them late.
    const told = [
      of(now - 5 * HOUR, now - 4 * HOUR, 70, 7),
      of(now - 9_000, now, 4, 3),
      of(now - 20_000, now - 10_000, 2, 1),
    ];
    for (const [at, tally] of told.entries()) await applyTallies(database, TALLIES.name, [inbound(20 + at, tally)]);
    await applyTallies(database, TALLIES.name, [inbound(24, of(now, now, 1, 1, 'ghl'))]);
    await watch.look(now);
    const [alert, ...more] = await openAlerts(['maple']);
    const context = {
      sourceId: 'portal',
      source: 'hmac',
      tenantId: 'maple',
      sinceMs: now - 20_000,
      heldBack: 6,
      kept: 4,
    };
    expect([alert, more]).toEqual([expect.objectContaining({ kind: 'sourceSuspect', subject: 'portal', context }), []]);
    expect(alert?.summary).toContain('source portal (hmac, of tenant maple): 6 webhooks since');
    expect(alert?.summary).toContain('sources rotate portal --tenant maple --secret-file FILE');
    const ofPlatform = (await openAlerts()).find(({ subject }) => subject === 'ghl');
    expect(ofPlatform).toMatchObject({ tenantId: '_', summary: expect.stringContaining('rotate ghl --public-key') });
    await watch.look(now + HOUR);
    expect(await openAlerts(['maple'])).toEqual([]);
  });
});

describe('the grade', () => {
  it('is that of the tenant, is none without traffic, and overall is for operators', async () => {
    const latency = Array.from({ length: 20 }, () => 50);
    await applyTallies(database, TALLIES.name, [
      inbound(30, tallyOf({ minutes: [minute('birch', { accepted: 1_000 }, latency)] })),
    ]);
    expect(await stack.json('/api/tenants/birch/grade', ['birch'])).toMatchObject({ state: 'graded', grade: 'A' });
    await applyTallies(database, TALLIES.name, [
      inbound(31, tallyOf({ minutes: [minute('cedar', { accepted: 80, overloaded: 20 }, latency)] })),
    ]);
    expect(await stack.json('/api/tenants/cedar/grade', ['cedar'])).toMatchObject({
      grade: 'F',
      components: expect.arrayContaining([
        expect.objectContaining({ component: 'errorBudget', value: 0.2, grade: 'F' }),
      ]),
    });
    expect(await stack.json('/api/tenants/nobody/grade', ['nobody'])).toEqual({ state: 'noTraffic' });
    expect(await stack.json('/api/grade')).toMatchObject({ state: 'graded' });
    expect((await stack.get('/api/grade', ['birch'])).status).toBe(403);
  });
});

describe('the downtime ledger', () => {
  interface Downtimes {
    downtimes: { service: string; beganAtMs: number; endedAtMs: number | null; estimates: object[] }[];
  }
  const gapsOf = async (service: string, tenants: '*' | readonly string[] = '*') =>
    (await stack.json<Downtimes>(`/api/downtime?service=${service}`, tenants)).downtimes;
  const beat = (heartbeat: Heartbeat) => stack.publisher.publish(serviceAlive, [heartbeat.service], heartbeat);

  it('notices silence by itself, raises an alert, and ends both with the next sign of any instance', async () => {
    const beganAtMs = Date.now();
    await beat({ service: 'cache', instanceId: 'a', atMs: beganAtMs });
    const lastOf = async () => (await stack.owner.query(`SELECT FROM service_signs WHERE service = 'cache'`)).rowCount;
    await until(async () => (await lastOf()) === 1, { what: 'the first sign' });
    expect(await gapsOf('cache')).toEqual([]);
    await watch.look(beganAtMs + 7_000);
    expect(await gapsOf('cache')).toEqual([expect.objectContaining({ beganAtMs, endedAtMs: null })]);
    // This service itself may be slow to give signs of life on a busy machine.
    const gaps = async () =>
      (await openAlerts()).filter(({ kind, subject }) => kind === 'serviceGap' && subject !== 'analytics');
    expect(await gaps()).toEqual([expect.objectContaining({ subject: 'cache' })]);
    await enterSigns(database, 'cache', [beganAtMs + 9_000]);
    expect(await gapsOf('cache')).toEqual([expect.objectContaining({ beganAtMs, endedAtMs: beganAtMs + 9_000 })]);
    await watch.look(beganAtMs + 10_000);
    expect(await gaps()).toEqual([]);
    // A sign that was only late: there was no gap.
    await enterSigns(database, 'cache', [beganAtMs + 4_500]);
    expect(await gapsOf('cache')).toEqual([]);
  });

  it('keeps gaps over a restart of this service, and records those that it slept through', async () => {
    const at = minuteOf(Date.now()) - 2 * HOUR;
    await enterSigns(database, 'realtime', [at, at + 2_000]);
    await stack.apps[0]?.close();
    stack.apps.shift();
    await beat({ service: 'realtime', instanceId: 'b', atMs: Date.now() });
    await stack.start();
    [database, watch] = partsOf(0);
    await until(async () => (await gapsOf('realtime')).length === 1, { what: 'the gap' });
    expect(await gapsOf('realtime')).toEqual([
      expect.objectContaining({ beganAtMs: at + 2_000, endedAtMs: expect.any(Number) }),
    ]);
  });

  it('comes to the same gaps whatever the order, with many at work and silence noticed in between', async () => {
    const at = minuteOf(Date.now()) - HOUR;
    const times = [0, 2, 4, 30, 32, 34, 90, 92].map((second) => at + second * 1_000);
    const shuffled = [4, 0, 7, 2, 6, 1, 5, 3].map((place) => times[place] ?? at);
    await Promise.all([
      ...shuffled.map((time) => enterSigns(database, 'scoring', [time])),
      noticeSilence(database, at + 50_000),
    ]);
    const gaps = (await gapsOf('scoring')).filter(({ endedAtMs }) => endedAtMs !== null);
    expect(gaps.map(({ beganAtMs, endedAtMs }) => [(beganAtMs - at) / 1_000, ((endedAtMs ?? 0) - at) / 1_000])).toEqual(
      [
        [34, 90],
        [4, 30],
      ],
    );
  });

  it('estimates what each tenant may have missed, from the same hours of earlier weeks or else the hours before', async () => {
    const beganAtMs = minuteOf(Date.now()) - HOUR;
    const endedAtMs = beganAtMs + 10 * MINUTE;
    const received = (tenantId: string, atMs: number, count: number) =>
      stack.owner.query('INSERT INTO ledger_minutes (tenant_id, minute, received) VALUES ($1, to_timestamp($2), $3)', [
        tenantId,
        atMs / 1_000,
        count,
      ]);
    // Maple has been here for weeks, with 5 a minute at this hour; oak only since this morning, with 60 an hour.
    await received('maple', beganAtMs - 4 * WEEK, 0);
    for (let week = 1; week <= 3; week += 1) {
      for (let at = 0; at < 10; at += 1) await received('maple', beganAtMs - week * WEEK + at * MINUTE, 5);
    }
    for (let hour = 1; hour <= 6; hour += 1) await received('oak', beganAtMs - hour * HOUR, 60);
    await enterSigns(database, 'gateway', [beganAtMs, endedAtMs]);
    await watch.look(endedAtMs);
    const [maple] = (await gapsOf('gateway', ['maple'])).filter((gap) => gap.endedAtMs !== null);
    expect(maple?.estimates).toEqual([
      expect.objectContaining({ tenantId: 'maple', basis: 'sameHours', expected: expect.closeTo(37.5, 5) }),
    ]);
    const [all] = (await gapsOf('gateway')).filter((gap) => gap.endedAtMs !== null);
    expect(all?.estimates).toEqual([
      expect.objectContaining({ tenantId: 'maple' }),
      expect.objectContaining({ tenantId: 'oak', basis: 'lastHours', expected: expect.closeTo(10, 5) }),
    ]);
  });
});

describe('the schema watch', () => {
  let serial = 0;
  const webhook = (body: object, sourceId = 'ghl', receivedAtMs = Date.now()): ReceivedWebhook => ({
    eventId: `s${(serial += 1)}`,
    tenantId: 'maple',
    source: sourceId === 'ghl' ? 'ghl' : 'hmac',
    sourceId,
    receivedAtMs,
    headers: {},
    traceparent: '',
    body: Buffer.from(JSON.stringify(body)),
  });
  const changesOf = async (sourceId: string) =>
    (await stack.json<{ changes: SchemaChangeEntry[] }>(`/api/schema/changes?source=${sourceId}`)).changes.map(
      ({ type, change, path }) => [type, change, path],
    );

  it('learns what comes by the inbox, and shows it masked to operators', async () => {
    await stack.publisher.publish(webhookReceived, [], [webhook({ type: 'ContactCreate', email: 'ann@mail.example' })]);
    const read = () => stack.json<{ types: PayloadType[] }>('/api/schema?source=ghl&type=ContactCreate');
    await until(async () => (await read()).types.length === 1, { what: 'the type' });
    expect((await read()).types[0]).toMatchObject({
      seen: 1,
      lookedAt: 1,
      fields: [
        { path: 'email', kinds: { string: 1 }, count: 1, example: 'xxx@xxxx.xxxxxxx', vanishedAtMs: null },
        { path: 'type', kinds: { string: 1 } },
      ],
    });
    expect((await stack.get('/api/schema', ['maple'])).status).toBe(403);
    expect((await stack.get('/api/schema/changes', ['maple'])).status).toBe(403);
  });

  /** Bodies of one type over several flushes, with every kind of change. @param firstAtMs When its first body came. */
  async function sendChanges(sourceId: string, firstAtMs: number): Promise<void> {
    const schema = stack.apps[0]?.get(SchemaWatch);
    if (schema === undefined) throw new Error('no service');
    const send = async (bodies: readonly object[], nowMs: number) => {
      schema.look(
        bodies.map((body) => webhook(body, sourceId, firstAtMs + nowMs)),
        nowMs,
      );
      await schema.flush();
    };
    const always = Array.from({ length: 40 }, () => ({ type: 'Sold', id: 1, price: 5 }));
    for (let at = 0; at < 3; at += 1) await send(always, at * 1_000);
    await send([{ type: 'Sold', id: 'text', price: 5, agent: { name: 'x' } }], 4_000);
    for (let at = 5; at < 8; at += 1)
      await send(
        always.map(({ type, id }) => ({ type, id })),
        at * 1_000,
      );
  }

  it('tells what changed, over flushes and with an alert', async () => {
    await sendChanges('crm', Date.now() - 2 * HOUR);
    const found = await changesOf('crm');
    expect(found.toReversed()).toEqual([
      ['Sold', 'newType', null],
      ['Sold', 'changedKind', 'id'],
      ['Sold', 'newField', 'agent'],
      ['Sold', 'newField', 'agent.name'],
      ['Sold', 'vanishedField', 'price'],
    ]);
    await watch.look(Date.now());
    const [news] = (await openAlerts()).filter(({ subject }) => subject === 'crm Sold');
    expect(news).toMatchObject({
      kind: 'schemaChange',
      context: { changes: ['changedKind', 'newField', 'vanishedField'] },
    });
  });

  it('learns a source in its first hour: what it finds then is told, and is no alert', async () => {
    await sendChanges('fresh', Date.now() - HOUR / 2);
    const schema = stack.apps[0]?.get(SchemaWatch);
    // In a source that is known a type of its own is news, though not yet its fields.
    schema?.look([webhook({ type: 'ContactCreate' }, 'ghl', Date.now() - 2 * HOUR)], Date.now());
    schema?.look([webhook({ type: 'LeadBeamed' })], Date.now());
    await schema?.flush();
    expect((await changesOf('fresh')).length).toBe(5);
    await watch.look(Date.now());
    const news = (await openAlerts()).filter(({ kind }) => kind === 'schemaChange');
    expect(news.filter(({ context }) => context['sourceId'] === 'fresh')).toEqual([]);
    expect(news).toContainEqual(expect.objectContaining({ subject: 'ghl LeadBeamed' }));
  });

  it('knows what GoHighLevel publishes', async () => {
    const schema = stack.apps[0]?.get(SchemaWatch);
    schema?.look([webhook({ type: 'LeadTeleported' }), webhook({ type: 'NoteCreate' })], Date.now());
    await schema?.flush();
    expect(await changesOf('ghl')).toEqual(
      expect.arrayContaining([
        ['LeadTeleported', 'unknownType', null],
        ['NoteCreate', 'newType', null],
      ]),
    );
  });
});

describe('retention', () => {
  it('removes what is too old and nothing that is still needed', async () => {
    const day = 24 * HOUR;
    const ago = (days: number) => new Date(Date.now() - days * day);
    await stack.owner.query(
      `INSERT INTO inbox_packs (sequence, stored_at, counted_at, settled_at, counts)
       VALUES (1, $1, $1, $1, '[]'), (2, $1, $1, NULL, '[]'), (3, $2, $2, $2, '[]')`,
      [ago(9), ago(7)],
    );
    await stack.owner.query(
      `INSERT INTO ledger_minutes (tenant_id, minute, received) VALUES ('fir', $1, 1), ('fir', $2, 2)`,
      [ago(91), ago(89)],
    );
    await stack.apps[0]?.get(Retention).prune(Date.now());
    const packs = await stack.owner.query('SELECT sequence::int FROM inbox_packs WHERE stored_at < $1 ORDER BY 1', [
      ago(6),
    ]);
    expect(packs.rows).toEqual([{ sequence: 2 }, { sequence: 3 }]);
    const { rows } = await stack.owner.query(`SELECT received::int FROM ledger_minutes WHERE tenant_id = 'fir'`);
    expect(rows).toEqual([{ received: 2 }]);
  });
});

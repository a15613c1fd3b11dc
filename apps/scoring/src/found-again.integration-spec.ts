import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { REPLAY_HEADER, type ReceivedWebhook } from '@hub/contracts';
import {
  copiesOf,
  decisionOf,
  type DeliveryFilter,
  type DeliveryPosition,
  findDeliveries,
  findLetters,
  type LetterFilter,
  letterGroups,
  type LetterPosition,
  parseBodyPath,
  reachOfDeliveries,
  reachOfLetters,
  readKeptWebhook,
  readLetter,
} from '@hub/database';
import { HOUR, message, newId, NOW, packOf, received, type SpecSettling, startSettling } from './settling-for-spec.ts';

let on: SpecSettling;

beforeAll(async () => {
  on = await startSettling();
});

afterAll(() => on.stop());

const seeing = <T>(see: string, work: Parameters<typeof on.database.asTenants<T>>[1]) =>
  on.database.asTenants([see], work);

/** Every page of a search: one may come short. */
async function all<Row, Position>(
  pageAfter: (after: Position | undefined) => Promise<{ rows: readonly Row[]; next: Position | null }>,
): Promise<Row[]> {
  const found: Row[] = [];
  let after: Position | undefined;
  do {
    const page = await pageAfter(after);
    found.push(...page.rows);
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found;
}

async function deliveries(see: string, filter: DeliveryFilter, limit = 500): Promise<string[]> {
  const rows = await all((after: DeliveryPosition | undefined) =>
    seeing(see, (tx) => findDeliveries(tx, filter, { limit, after })),
  );
  return rows.map(({ eventId }) => eventId);
}

async function letters(see: string, filter: LetterFilter, limit = 500): Promise<string[]> {
  const rows = await all((after: LetterPosition | undefined) =>
    seeing(see, (tx) => findLetters(tx, filter, { limit, after })),
  );
  return rows.map(({ eventId }) => eventId);
}

const path = (text: string) => parseBodyPath(text) ?? undefined;
const idOf = ({ eventId }: ReceivedWebhook) => eventId;

describe('deliveries are found', () => {
  let maple: string;
  let oak: string;
  let [asking, tour, ofOak, early]: ReceivedWebhook[] = [];

  beforeAll(async () => {
    [maple, oak] = [await on.newTenant(), await on.newTenant()];
    asking = message(maple, 3, { contactId: 'ann', body: 'Is the garden fenced?', attachments: [{ kind: 'photo' }] });
    tour = { ...message(maple, 2, { contactId: 'bob', body: 'A tour on Friday' }), receivedAtMs: NOW + HOUR };
    ofOak = message(oak, 2, { contactId: 'ann', body: 'Is the garden fenced?' });
    early = {
      ...received({ type: 'ContactCreate', locationId: maple, id: 'cleo', webhookId: newId('w'), name: 'Cleo' }),
      sourceId: 'second',
      receivedAtMs: NOW - HOUR,
    };
    await on.settle(packOf(asking, tour, ofOak), packOf(early));
    await on.settle(packOf(asking));
  });

  it.each<[string, () => DeliveryFilter, () => readonly (ReceivedWebhook | undefined)[]]>([
    ['by their tenant, newest first', () => ({}), () => [tour, asking, asking, early]],
    ['by type', () => ({ type: 'ContactCreate' }), () => [early]],
    ['by contact', () => ({ leadId: 'ann' }), () => [asking, asking]],
    ['by the id of the webhook', () => ({ eventId: tour?.eventId }), () => [tour]],
    ['by source', () => ({ sourceId: 'second' }), () => [early]],
    ['by outcome', () => ({ outcome: 'duplicate' }), () => [asking]],
    ['from a time on, that time included', () => ({ fromMs: NOW + HOUR }), () => [tour]],
    ['up to a time, that time excluded', () => ({ toMs: NOW }), () => [early]],
    ['by words in any order and case', () => ({ text: 'FENCED garden' }), () => [asking]],
    ['by a value at a place', () => ({ bodyPath: path('$.contactId=bob') }), () => [tour]],
    ['by a value within a list', () => ({ bodyPath: path('$.attachments[*].kind=photo') }), () => [asking]],
    ['by no value at the wrong place', () => ({ bodyPath: path('$.id=bob') }), () => []],
    ['by all of it together', () => ({ type: 'InboundMessage', leadId: 'bob', text: 'friday' }), () => [tour]],
    ['by nothing that only another has', () => ({ type: 'InboundMessage', leadId: 'cleo' }), () => []],
  ])('%s', async (_, filter, expected) => {
    const wanted = expected().map((webhook) => webhook?.eventId);
    expect(await deliveries(maple, filter())).toEqual(wanted);
    expect(await deliveries('*', { ...filter(), tenantIds: [maple] })).toEqual(wanted);
  });

  it('by their own tenant only, whatever another asks for', async () => {
    expect(await deliveries(oak, { leadId: 'ann' })).toEqual([ofOak?.eventId]);
    expect(await deliveries(oak, { tenantIds: [maple] })).toEqual([]);
    expect(await deliveries(oak, { tenantIds: [maple, oak], text: 'garden' })).toEqual([ofOak?.eventId]);
    expect(await deliveries('*', { tenantIds: [maple, oak], outcome: 'applied' })).toHaveLength(4);
    expect(await seeing(oak, (tx) => readKeptWebhook(tx, maple, asking?.eventId ?? ''))).toBeNull();
  });

  it.each([1, 2, 3])('in pages of %i as in one', async (limit) => {
    expect(await deliveries(maple, {}, limit)).toEqual(await deliveries(maple, {}));
  });

  it('and counted: copies, webhooks, leads', async () => {
    const reach = await seeing(maple, (tx) => reachOfDeliveries(tx, {}));
    expect(reach).toEqual({ matched: 4, events: 3, leads: 3, more: false });
  });
});

describe('dead letters are found', () => {
  let maple: string;
  let oak: string;
  const ids: Record<'broken' | 'early' | 'poison' | 'ofOak', string> = { broken: '', early: '', poison: '', ofOak: '' };

  beforeAll(async () => {
    [maple, oak] = [await on.newTenant(), await on.newTenant()];
    const spoken = { source: 'hmac', sourceId: 'crm2', tenantId: maple } as const;
    const broken = received(`{"note":"gate code 4417","${newId('half')}`, { ...spoken, receivedAtMs: NOW + HOUR });
    const poison = { ...message(maple, 1, { contactId: 'ann' }), headers: { 'user-agent': 'nul\0inside' } };
    const ofOak = { ...message(oak, 1, { contactId: 'ann' }), headers: { 'user-agent': 'nul\0inside' } };
    const early = message(`unheard${maple}`, 2, { contactId: 'dan', body: 'Call me' });
    await on.settle(packOf(broken, poison, ofOak, early));
    Object.assign(ids, { broken: idOf(broken), poison: idOf(poison), ofOak: idOf(ofOak), early: idOf(early) });
  });

  it.each<[string, LetterFilter, readonly (keyof typeof ids)[]]>([
    ['by their tenant, newest first', {}, ['broken', 'poison']],
    ['by reason', { reason: 'notStorable' }, ['poison']],
    ['by root cause', { reason: 'notStorable', cause: 'store:22P05' }, ['poison']],
    ['by state', { states: ['parked', 'dropped'] }, []],
    ['by type', { type: 'InboundMessage' }, ['poison']],
    ['by contact', { leadId: 'ann' }, ['poison']],
    ['by source', { sourceId: 'crm2' }, ['broken']],
    ['by time', { fromMs: NOW + 1 }, ['broken']],
    ['by words, though it is no JSON', { text: 'code gate' }, ['broken']],
    ['by a value at a place', { bodyPath: path('$.contactId=ann') }, ['poison']],
  ])('%s', async (_, filter, expected) => {
    const wanted = expected.map((name) => ids[name]);
    expect(await letters(maple, filter)).toEqual(wanted);
    expect(await letters('*', { ...filter, tenantIds: [maple] })).toEqual(wanted);
  });

  it('by their own tenant only', async () => {
    expect(await letters(oak, {})).toEqual([ids.ofOak]);
    expect(await letters(oak, { eventId: ids.poison })).toEqual([]);
    const [hidden] = (await seeing(maple, (tx) => findLetters(tx, { leadId: 'ann' }, { limit: 1, after: undefined })))
      .rows;
    expect(await seeing(oak, (tx) => readLetter(tx, hidden?.id ?? ''))).toBeNull();
    expect(await seeing(oak, (tx) => reachOfLetters(tx, { ids: [hidden?.id ?? ''] }))).toMatchObject({ matched: 0 });
    expect(await letters('*', { eventId: ids.early, states: ['parked'] })).toEqual([ids.early]);
  });

  it('in pages as in one, the latest first of those that came at the same time', async () => {
    const tenant = await on.newTenant();
    const poisons = Array.from({ length: 12 }, () => ({ ...message(tenant, 1), headers: { 'user-agent': '\0' } }));
    for (const poison of poisons) await on.settle(packOf(poison));
    expect(await letters(tenant, {}, 5)).toEqual(poisons.map(idOf).toReversed());
  });

  it('in groups of one root cause, counted as they change state', async () => {
    const tenant = await on.newTenant();
    const poisons = [1, 2, 3].map((ago) => ({ ...message(tenant, ago), headers: { 'user-agent': '\0' } }));
    const groups = () => seeing(tenant, (tx) => letterGroups(tx, { tenantIds: [tenant], limit: 10 }));
    await on.settle(packOf(...poisons));
    expect(await groups()).toMatchObject([
      {
        reason: 'notStorable',
        cause: 'store:22P05',
        letters: 3,
        dead: 3,
        parked: 0,
        replayed: 0,
        dropped: 0,
        tenants: 1,
      },
    ]);
    const [first] = poisons;
    if (first !== undefined) await on.settle(packOf({ ...first, headers: {} }));
    expect(await groups()).toMatchObject([{ letters: 3, dead: 2, replayed: 1 }]);
  });
});

describe('the life of a webhook', () => {
  it('has every copy with its times, and the decision that applied it', async () => {
    const tenant = await on.newTenant();
    const first = { ...message(tenant, 1), receivedAtMs: NOW - 40, sourceId: 'second', headers: { 'x-kept': 'yes' } };
    const again = { ...first, receivedAtMs: NOW - 5, headers: { ...first.headers, [REPLAY_HEADER]: '7' } };
    const settled = await on.settle({ ...packOf(first), storedAtMs: NOW - 30, deliveries: 2 });
    await on.settle({ ...packOf(again), storedAtMs: NOW - 3 });
    const copies = await seeing(tenant, (tx) => copiesOf(tx, tenant, first.eventId));
    expect(copies).toMatchObject([
      {
        outcome: 'applied',
        attempts: 2,
        replayId: null,
        sourceId: 'second',
        receivedAtMs: NOW - 40,
        storedAtMs: NOW - 30,
      },
      { outcome: 'duplicate', attempts: 1, replayId: '7', receivedAtMs: NOW - 5, storedAtMs: NOW - 3 },
    ]);
    expect(copies.map(({ settledAtMs, leadId }) => [settledAtMs, leadId])).toEqual([
      [NOW, 'lead-1'],
      [NOW, 'lead-1'],
    ]);
    const [scored] = settled.scores.get(tenant) ?? [];
    const [applied] = copies;
    if (applied === undefined) throw new Error('no copy');
    expect(await seeing(tenant, (tx) => decisionOf(tx, applied))).toMatchObject({
      leadId: 'lead-1',
      version: scored?.version,
      scoredAtMs: scored?.scoredAtMs,
      conversionLogit: scored?.conversion.logit,
    });
    const kept = await seeing(tenant, (tx) => readKeptWebhook(tx, tenant, first.eventId));
    expect(kept?.webhook).toEqual(first);
  });

  it('goes on after death: a letter that is applied after all says when, and one that fails again counts on', async () => {
    const tenant = await on.newTenant();
    const poison = { ...message(tenant, 1), headers: { 'user-agent': '\0' } };
    const letter = async () => {
      const { rows } = await seeing(tenant, (tx) => findLetters(tx, {}, { limit: 1, after: undefined }));
      return seeing(tenant, (tx) => readLetter(tx, rows[0]?.id ?? ''));
    };
    await on.settle(packOf(poison));
    await on.settle(packOf(poison));
    expect(await letter()).toMatchObject({
      state: 'dead',
      attempts: 2,
      attemptLog: [
        { atMs: NOW, reason: 'notStorable', cause: 'store:22P05' },
        { atMs: NOW, reason: 'notStorable', cause: 'store:22P05' },
      ],
      settledAtMs: null,
      body: poison.body,
    });
    await on.settle(packOf({ ...poison, headers: {} }));
    expect(await letter()).toMatchObject({ state: 'replayed', settledAtMs: NOW });
    const copies = await seeing(tenant, (tx) => copiesOf(tx, tenant, poison.eventId));
    expect(copies.map(({ outcome }) => outcome)).toEqual(['dead', 'dead', 'applied']);
  });

  it('keeps odd bytes as they were', async () => {
    const tenant = await on.newTenant();
    const body = Buffer.from([0xef, 0xbb, 0xbf, 0x7b, 0x22, 0xff, 0x00, 0xc3, 0x28, 0x0d, 0x0a]);
    const odd = received('', { body, tenantId: tenant, source: 'hmac', sourceId: 'crm2', eventId: newId('odd') });
    await on.settle(packOf(odd));
    const kept = await seeing(tenant, (tx) => readKeptWebhook(tx, tenant, odd.eventId));
    expect(kept?.webhook).toEqual(odd);
    expect(await letters(tenant, { bodyPath: path('$.a=1') })).toEqual([]);
  });
});

describe('an error that may pass', () => {
  /** A fault of ours, as far as the database can play one: it fails for one webhook with a code of no known class. */
  async function failFor(eventId: string): Promise<() => Promise<void>> {
    const name = newId('fail_for_');
    await on.owner.query(`CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        IF NEW.event_id = '${eventId}' THEN RAISE EXCEPTION 'not now'; END IF;
        RETURN NEW;
      END $$`);
    await on.owner.query(`CREATE TRIGGER ${name} BEFORE INSERT ON events FOR EACH ROW EXECUTE FUNCTION ${name}()`);
    return async () => void (await on.owner.query(`DROP FUNCTION ${name} CASCADE`));
  }

  const line = async (tenant: string) =>
    (
      await on.owner.query('SELECT applied::int, duplicates::int, dead::int FROM ledger_minutes WHERE tenant_id = $1', [
        tenant,
      ])
    ).rows;

  it('is tried again by itself, while the others of its pack are settled', async () => {
    const tenant = await on.newTenant();
    const [unlucky, lucky] = [message(tenant, 1), message(tenant, 2)];
    const pack = packOf(lucky, unlucky);
    const mend = await failFor(unlucky.eventId);
    const first = await on.settle(pack);
    expect(first).toMatchObject({ applied: 1, dead: 0 });
    expect([...first.again.keys()]).toEqual([pack.sequence]);
    expect(await line(tenant)).toEqual([]);
    await mend();
    const second = await on.settle({ ...pack, deliveries: 2 });
    expect([second.applied, second.again.size]).toEqual([1, 0]);
    expect(await line(tenant)).toEqual([{ applied: 2, duplicates: 0, dead: 0 }]);
    expect(await seeing(tenant, (tx) => copiesOf(tx, tenant, unlucky.eventId))).toMatchObject([
      { outcome: 'applied', attempts: 2 },
    ]);
  });

  it('becomes a dead letter with every attempt when its tries are used up', async () => {
    const tenant = await on.newTenant();
    const [unlucky, lucky] = [message(tenant, 1), message(tenant, 2)];
    const pack = packOf(unlucky, lucky);
    const mend = await failFor(unlucky.eventId);
    const tries = [];
    for (let deliveries = 1; deliveries <= 5; deliveries += 1) tries.push(await on.settle({ ...pack, deliveries }));
    await mend();
    expect(tries.map(({ again, dead }) => [again.size, dead])).toEqual([
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
      [0, 1],
    ]);
    const { rows } = await seeing(tenant, (tx) => findLetters(tx, {}, { limit: 1, after: undefined }));
    const letter = await seeing(tenant, (tx) => readLetter(tx, rows[0]?.id ?? ''));
    expect(letter).toMatchObject({ reason: 'retriesUsedUp', cause: 'store:P0001', attempts: 5 });
    expect(letter?.attemptLog).toHaveLength(5);
    expect(await line(tenant)).toEqual([{ applied: 1, duplicates: 0, dead: 1 }]);
  });
});

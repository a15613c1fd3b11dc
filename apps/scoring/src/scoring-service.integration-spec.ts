import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  leadScored,
  leadScoreOf,
  type LeadScoreRequest,
  type ReceivedWebhook,
  type ScoredLead,
  webhookReceived,
} from '@hub/contracts';
import { identify } from '@hub/crm-ghl';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { connectNats, type NatsConnection, Publisher, RequestClient, tail } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { startService } from '@hub/service';
import { testNats, testPostgres, until } from '@hub/testkit';
import pg from 'pg';
import { QuietLeads } from './sweep/quiet-leads.ts';
import { scoringService } from './scoring-service.ts';

const PASSWORD = 'service-password';
const HOUR = 3_600_000;

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let nats: Awaited<ReturnType<typeof testNats>>;
let owner: pg.Client;
let connection: NatsConnection;
let app: Awaited<ReturnType<typeof startService>>;
const pushed: { tenantId: string; leads: readonly ScoredLead[] }[] = [];

beforeAll(async () => {
  [postgres, nats] = await Promise.all([testPostgres(), testNats()]);
  await migrate(postgres.url, PASSWORD, Date.now());
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  app = await startService({
    ...scoringService,
    env: { NATS_URL: nats.url, DATABASE_URL: serviceUrl(postgres.url, PASSWORD), PORT: '0', LOG_LEVEL: 'silent' },
  });
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  void follow();
});

afterAll(async () => {
  await connection.close();
  await app.close();
  await owner.end();
  await Promise.all([nats.stop(), postgres.stop()]);
});

async function follow(): Promise<void> {
  for await (const message of tail(connection, leadScored, { after: 0 })) {
    pushed.push({ tenantId: message.tokens[0] ?? '', leads: message.payload });
  }
}

function received(payload: object, receivedAtMs: number): ReceivedWebhook {
  const body = Buffer.from(JSON.stringify(payload));
  const { eventId, tenantId } = identify(body);
  return { eventId, tenantId, source: 'ghl', sourceId: 'ghl', receivedAtMs, headers: {}, traceparent: '', body };
}

function message(locationId: string, webhookId: string, atMs = Date.now()): ReceivedWebhook {
  const dateAdded = new Date(atMs).toISOString();
  const more = { contactId: 'lead-1', direction: 'inbound', messageType: 'SMS', dateAdded };
  return received({ type: 'InboundMessage', locationId, webhookId, ...more }, atMs);
}

const install = (locationId: string) =>
  received({ type: 'INSTALL', installType: 'Location', locationId, webhookId: `install-${locationId}` }, Date.now());

const send = (...webhooks: ReceivedWebhook[]) => new Publisher(connection).publish(webhookReceived, [], webhooks);

/** The decision that applied an event, once it was published. */
async function scoreOf(eventId: string): Promise<ScoredLead> {
  const find = () => pushed.flatMap((one) => one.leads).find((lead) => lead.eventIds.includes(eventId));
  await until(() => find() !== undefined, { timeoutMs: 20_000, what: `the score of ${eventId}` });
  const found = find();
  if (found === undefined) throw new Error('it was there a moment ago');
  return found;
}

describe('the scoring service', () => {
  it('takes a pack from the inbox, publishes the score to its tenant and acks', async () => {
    await send(install('maple'), message('maple', 'first'));
    const scored = await scoreOf('first');
    expect(scored).toMatchObject({ leadId: 'lead-1', version: 1 });
    expect(pushed.find((one) => one.leads.includes(scored))?.tenantId).toBe('maple');
    await until(async () => (await app.getHttpAdapter().getInstance().inject('/health/ready')).statusCode === 200, {
      timeoutMs: 10_000,
      what: 'readiness',
    });
  });

  it('releases what was parked once its location installs the app', async () => {
    await send(message('birch', 'early'));
    await until(async () => (await lettersOf('birch')).includes('parked'), { timeoutMs: 20_000, what: 'parking' });
    await send(install('birch'));
    expect(await scoreOf('early')).toMatchObject({ version: 1 });
    await until(async () => (await lettersOf('birch')).join() === 'replayed', { timeoutMs: 20_000, what: 'marking' });
  });

  it('goes on by itself after NATS was killed, and scores each webhook once', async () => {
    await send(install('cedar'), message('cedar', 'before'));
    await scoreOf('before');
    nats.kill();
    await nats.restart();
    await until(
      () =>
        send(message('cedar', 'after')).then(
          () => true,
          () => false,
        ),
      { timeoutMs: 20_000, what: 'NATS' },
    );
    await scoreOf('after');
    const { rows } = await owner.query(
      `SELECT unnest(event_ids) AS id, count(*)::int AS n FROM scores WHERE tenant_id = 'cedar' GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual([
      { id: 'after', n: 1 },
      { id: 'before', n: 1 },
    ]);
  });

  it('decides again on a lead that has been silent, since silence is evidence', async () => {
    const twoDaysAgo = Date.now() - 48 * HOUR;
    await send(install('dogwood'), message('dogwood', 'old', twoDaysAgo));
    const before = await scoreOf('old');
    const in7Hours = Date.now() + 7 * HOUR;
    await app.get(QuietLeads).sweep(() => in7Hours);
    const again = () => pushed.flatMap((one) => one.leads).find((lead) => lead.scoredAtMs === in7Hours);
    await until(() => again() !== undefined, { timeoutMs: 20_000, what: 'the second decision' });
    expect(again()).toMatchObject({ version: before.version + 1, eventIds: [] });
  });

  describe('asked for scores', () => {
    const HALF_HOUR = HOUR / 2;
    const beganMs = Date.now() - 20 * HOUR;
    let client: RequestClient;
    let stands: ScoredLead;

    beforeAll(async () => {
      const breaker = createBreaker({ name: 'scoring', timeoutMs: 20_000 });
      client = new RequestClient({ servers: nats.url, name: 'spec', breaker });
      const texts = [0, 1, 2].map((hour) => message('elder', `asked-${hour}`, beganMs + hour * HOUR));
      await send(install('elder'), install('fir'), ...texts);
      stands = await scoreOf('asked-2');
    });

    afterAll(() => client.close());

    const ask = (request: Partial<LeadScoreRequest>) =>
      client.request(leadScoreOf, {
        tenantId: 'elder',
        leadIds: ['lead-1'],
        deadlineMs: Date.now() + 20_000,
        ...request,
      });

    it('answers as it would decide now, stores nothing, and says what it does not know', async () => {
      const reply = await ask({ leadIds: ['lead-1', 'nobody', 'lead-1'], atMs: stands.scoredAtMs });
      const { conversion, goingCold, band, servedBy, modelKind } = stands;
      const answer = {
        found: true,
        leadId: 'lead-1',
        judgedAtMs: stands.scoredAtMs,
        band,
        conversion: expect.objectContaining(conversion),
        goingCold: expect.objectContaining(goingCold),
        match: null,
        servedBy,
        modelKind,
      };
      expect(reply).toEqual({ outcome: 'scored', leads: [answer, { found: false, leadId: 'nobody' }, answer] });
      const { rows } = await owner.query(`SELECT version FROM leads WHERE tenant_id = 'elder'`);
      expect(rows).toEqual([{ version: stands.version }]);
    });

    it('gives reasons that sum to the score', async () => {
      const reply = await ask({});
      const [lead] = reply.outcome === 'scored' ? reply.leads : [];
      if (lead?.found !== true) throw new Error('the lead was not found');
      for (const { intercept, logit, reasons, modelHash, range } of [lead.conversion, lead.goingCold]) {
        expect(reasons.reduce((sum, { contribution }) => sum + contribution, intercept)).toBeCloseTo(logit, 12);
        expect(modelHash).toMatch(/^[0-9a-f]{64}$/);
        expect(range).toBeNull();
      }
    });

    it('judges as of any time, by what had happened until then', async () => {
      const attempts = await Promise.all(
        [-1, HALF_HOUR, HOUR + HALF_HOUR, 5 * HOUR].map(async (afterMs) => {
          const reply = await ask({ atMs: beganMs + afterMs });
          const [lead] = reply.outcome === 'scored' ? reply.leads : [];
          const acts =
            lead?.found === true ? lead.conversion.reasons.find(({ feature }) => feature === 'leadActs7d') : null;
          return acts?.value ?? 0;
        }),
      );
      expect(attempts).toEqual([0, 1, 2, 3]);
    });

    it("does not find another tenant's lead", async () => {
      for (const tenantId of ['fir', 'nobody']) {
        expect(await ask({ tenantId })).toEqual({ outcome: 'scored', leads: [{ found: false, leadId: 'lead-1' }] });
      }
    });

    it('says that a deadline is past', async () => {
      expect(await ask({ deadlineMs: Date.now() - 1 })).toEqual({ outcome: 'expired' });
    });

    it.each<[string, Partial<LeadScoreRequest>]>([
      ['no leads', { leadIds: [] }],
      ['too many leads', { leadIds: Array.from({ length: 257 }, (_, at) => `lead-${at}`) }],
      ['two tenants', { tenantId: 'elder,fir' }],
      ['an id that no database holds', { leadIds: ['lead\0'] }],
    ])('refuses %s', async (_, request) => {
      await expect(ask(request)).rejects.toMatchObject({ message: expect.stringContaining('lead.score cannot be') });
    });
  });

  async function lettersOf(tenantId: string): Promise<string[]> {
    const { rows } = await owner.query('SELECT state FROM dead_letters WHERE tenant_id = $1', [tenantId]);
    return rows.map((row) => row.state);
  }
});

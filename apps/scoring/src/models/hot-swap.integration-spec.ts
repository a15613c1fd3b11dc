import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { modelsChanged, leadScored, type ReceivedWebhook, type ScoredLead, webhookReceived } from '@hub/contracts';
import { identify } from '@hub/crm-ghl';
import { createPool, Database, isOutage } from '@hub/database';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { builtInScorer, FeatureRows, sumOf } from '@hub/intelligence';
import { connectNats, type NatsConnection, pause, Publisher, tail } from '@hub/messaging';
import { createBreaker } from '@hub/resilience';
import { startService } from '@hub/service';
import { testNats, testPostgres, until } from '@hub/testkit';
import pg from 'pg';
import { scoringService } from '../scoring-service.ts';
import { change, newModel, register } from './registering-for-spec.ts';

const PASSWORD = 'service-password';
const TENANT = 'maple';
/** Between two webhooks: a batch is nearly always under way, and thousands of decisions are not needed. */
const GAP_MS = 10;

let postgres: Awaited<ReturnType<typeof testPostgres>>;
let nats: Awaited<ReturnType<typeof testNats>>;
let owner: pg.Client;
let database: Database;
let connection: NatsConnection;
let publisher: Publisher;
let app: Awaited<ReturnType<typeof startService>>;
const pushed: ScoredLead[] = [];

beforeAll(async () => {
  [postgres, nats] = await Promise.all([testPostgres(), testNats()]);
  await migrate(postgres.url, PASSWORD, Date.now());
  const url = serviceUrl(postgres.url, PASSWORD);
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  await owner.query('INSERT INTO tenants (id, name) VALUES ($1, $1)', [TENANT]);
  database = new Database(
    createPool({ url, name: 'spec', max: 2 }),
    createBreaker({ name: 'postgres', timeoutMs: 20_000, isFailure: isOutage }),
  );
  app = await startService({
    ...scoringService,
    env: { NATS_URL: nats.url, DATABASE_URL: url, PORT: '0', LOG_LEVEL: 'silent' },
  });
  connection = await connectNats({ servers: nats.url, name: 'spec' });
  publisher = new Publisher(connection);
  void follow();

  flow.ended = keepSending();
});

afterAll(async () => {
  flow.stopping.abort();
  await flow.ended;
  await connection.close();
  await app.close();
  await database.close();
  await owner.end();
  await Promise.all([nats.stop(), postgres.stop()]);
});

async function follow(): Promise<void> {
  for await (const message of tail(connection, leadScored, { after: 0 })) pushed.push(...message.payload);
}

function message(webhookId: string, contactId: string): ReceivedWebhook {
  const receivedAtMs = Date.now();
  const more = { contactId, direction: 'inbound', messageType: 'SMS', dateAdded: new Date(receivedAtMs).toISOString() };
  const body = Buffer.from(JSON.stringify({ type: 'InboundMessage', locationId: TENANT, webhookId, ...more }));
  const { eventId, tenantId } = identify(body);
  return { eventId, tenantId, source: 'ghl', sourceId: 'ghl', receivedAtMs, headers: {}, traceparent: '', body };
}

const sent: string[] = [];
const flow = { stopping: new AbortController(), ended: Promise.resolve() };

/** Webhooks that come whatever is changed meanwhile. */
async function keepSending(): Promise<void> {
  while (!flow.stopping.signal.aborted) {
    const id = `w${sent.length}`;
    await publisher.publish(webhookReceived, [], [message(id, `lead-${sent.length % 7}`)]);
    sent.push(id);
    await pause(GAP_MS, flow.stopping.signal);
  }
}

/** Waits for the latest decision to be as it should be. */
function latest(isSo: (row: Stored) => boolean, what: string): Promise<Stored> {
  return until(
    async () => {
      const { rows } = await owner.query<Stored>('SELECT * FROM scores ORDER BY scored_at DESC, version DESC LIMIT 1');
      return rows[0] !== undefined && isSo(rows[0]) ? rows[0] : null;
    },
    { what, timeoutMs: 40_000 },
  );
}

/** What was published of a decision. */
function published({ lead_id, version }: Stored): Promise<ScoredLead> {
  return until(() => pushed.find((lead) => lead.leadId === lead_id && lead.version === version), {
    what: 'a decision to be published',
    timeoutMs: 20_000,
  });
}

interface Stored {
  readonly lead_id: string;
  readonly version: number;
  readonly features: (number | null)[];
  readonly conversion_model: string;
  readonly conversion_logit: number;
  readonly conversion_contributions: number[];
  readonly match_model: string | null;
  readonly match_logit: number | null;
}

function tell(name: string): void {
  connection.publish(modelsChanged.subject, modelsChanged.encode({ name }));
}

const health = async () => {
  const answer = await app.getHttpAdapter().getInstance().inject('/health/ready');
  return JSON.parse(answer.body) as { status: string; checks: { name: string; problem: string | null }[] };
};
const problemOfModels = async () => (await health()).checks.find(({ name }) => name === 'models')?.problem;

const one = newModel('conversion', '1');
const two = newModel('conversion', '2');

describe('models change while webhooks come', () => {
  it('the prior serves until something is registered', async () => {
    const row = await latest(() => true, 'a decision');
    expect(row.match_model).toBeNull();
    expect(await published(row)).toMatchObject({ modelKind: 'prior', match: null });
  });

  it('one that is promoted decides from then on, and its reasons sum up to its score', async () => {
    await register(database, one, 'promote', null);
    tell('conversion');
    const row = await latest((stored) => stored.conversion_model === one.hash, 'decisions of the first');
    expect(sumOf(one.intercept, Float64Array.from(row.conversion_contributions))).toBe(row.conversion_logit);
    const { rows } = await owner.query('SELECT terms FROM models WHERE hash = $1', [row.conversion_model]);
    expect(rows[0].terms).toHaveLength(row.conversion_contributions.length);
  });

  it('who misses the broadcast finds out by looking; a roll back brings back what was', async () => {
    await register(database, two, 'promote', one.hash);
    await latest((stored) => stored.conversion_model === two.hash, 'decisions of the second');
    await change(database, 'conversion', { action: 'rollback' }, two.hash);
    tell('conversion');
    await latest((stored) => stored.conversion_model === one.hash, 'decisions of the first again');
  });

  it('one that does not load is refused by name, and the champion stays', async () => {
    const whole = newModel('conversion', 'torn');
    const torn = newModel('conversion', 'torn', whole.onnx.subarray(0, whole.onnx.length - 100));
    await register(database, torn, 'promote', one.hash);
    tell('conversion');
    await until(async () => (await problemOfModels())?.includes('conversion torn is refused: its hash is'), {
      what: 'the refusal',
      timeoutMs: 20_000,
    });
    expect((await health()).status).toBe('degraded');
    const { body } = await app.getHttpAdapter().getInstance().inject('/metrics');
    expect(body).toMatch(/hub_scoring_models_refused\{.*model="conversion".*\} 1/);
    await latest((stored) => stored.conversion_model === one.hash, 'decisions of the champion that stays');
    await change(database, 'conversion', { action: 'rollback' }, torn.hash);
    tell('conversion');
    await until(async () => (await problemOfModels()) === null, { what: 'health', timeoutMs: 20_000 });
  });

  it('a model in the third slot scores beside the others, is stored and published', async () => {
    const third = newModel('match', '1');
    await register(database, third, 'promote', null);
    tell('match');
    const row = await latest((stored) => stored.match_model === third.hash, 'decisions of the third');
    expect((await published(row)).match?.logit).toBe(row.match_logit);
  });

  it('a shadow scores what is decided, and nobody but its table hears of it', async () => {
    const shadow = newModel('conversion', 'shadow');
    await register(database, shadow, 'shadow', one.hash);
    tell('conversion');
    const said = async () => {
      const { rows } = await owner.query<Stored & { logit: number }>(
        'SELECT scores.*, logit FROM shadow_scores JOIN scores USING (tenant_id, lead_id, version) WHERE model = $1 LIMIT 1',
        [shadow.hash],
      );
      return rows[0] ?? null;
    };
    const row = await until(said, { what: 'what the shadow says', timeoutMs: 40_000 });
    expect(row.conversion_model).toBe(one.hash);
    expect(row.logit).not.toBe(row.conversion_logit);
    expect((await published(row)).conversion.logit).toBe(row.conversion_logit);
    const features = Float64Array.from(row.features, (value) => value ?? Number.NaN);
    expect(row.logit).toBe((await builtInScorer(shadow.learned).score(FeatureRows.of([features]))).logits[0]);
  });

  it('retired, the prior decides again; and every webhook was decided on once', async () => {
    await change(database, 'conversion', { action: 'retire', model: one.hash }, one.hash);
    tell('conversion');
    await latest((stored) => ![one.hash, two.hash].includes(stored.conversion_model), 'decisions of the prior');
    flow.stopping.abort();
    await flow.ended;
    const decided = async () => {
      const { rows } = await owner.query<{ id: string; n: number }>(
        'SELECT unnest(event_ids) AS id, count(*)::int AS n FROM scores GROUP BY 1',
      );
      return rows.length >= sent.length ? new Map(rows.map(({ id, n }) => [id, n])) : null;
    };
    const times = await until(decided, { what: 'every webhook to be decided on', timeoutMs: 40_000 });
    expect(times).toEqual(new Map(sent.map((id) => [id, 1])));
  });
});

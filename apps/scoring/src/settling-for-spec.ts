import type { ReceivedWebhook } from '@hub/contracts';
import { identify } from '@hub/crm-ghl';
import { createPool, Database, EventIds, isOutage } from '@hub/database';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { createBreaker, retry, RetryBudget } from '@hub/resilience';
import { createLogger } from '@hub/telemetry';
import { testPostgres } from '@hub/testkit';
import pg from 'pg';
import { FailedAttempts } from './failed-attempts.ts';
import { loadModels } from './models/load-models.ts';
import type { Pack } from './packs.ts';
import { type Settled, type Settling, settleWebhooks } from './settle-webhooks.ts';
import { storeCatalogue } from './store-decisions.ts';
import { KnownTenants } from './store-webhooks.ts';

const PASSWORD = 'service-password';
export const NOW = Date.parse('2026-09-01T12:00:00Z');
export const HOUR = 3_600_000;

/** A machine that is busy with other specs may be an outage to a pool with many waiting. */
const AS_A_LANE_DOES = {
  attempts: 20,
  baseMs: 50,
  capMs: 500,
  budget: new RetryBudget({ minPerSecond: 1_000 }),
  isRetryable: isOutage,
};

/** Settling on a real database. */
export interface SpecSettling {
  readonly database: Database;
  readonly owner: pg.Client;
  readonly settling: Settling;
  /** In one transaction at `NOW`. */
  settle(...packs: Pack[]): Promise<Settled>;
  /** A tenant of its own for each spec, so that none sees another's rows. */
  newTenant(): Promise<string>;
  stop(): Promise<void>;
}

export async function startSettling(): Promise<SpecSettling> {
  const postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, NOW);
  const database = new Database(
    createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'spec', max: 8 }),
    createBreaker({ name: 'postgres', timeoutMs: 20_000, isFailure: isOutage }),
  );
  const owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
  const onnx = createBreaker({ name: 'onnx', timeoutMs: 5_000 });
  const models = await loadModels(null, onnx, createLogger('spec', 'silent'));
  await storeCatalogue(database, models.catalogue);
  const [tenants, retries, failed] = [new KnownTenants(), new RetryBudget(), new FailedAttempts()];
  const settling = { database, models, tenants, eventIds: new EventIds(), retries, failed };
  return {
    database,
    owner,
    settling,
    settle: (...packs) => retry(() => settleWebhooks(packs, settling, NOW), AS_A_LANE_DOES),
    newTenant: async () => {
      const id = newId('tenant');
      await owner.query('INSERT INTO tenants (id, name) VALUES ($1, $1)', [id]);
      return id;
    },
    stop: async () => {
      await database.close();
      await owner.end();
      await postgres.stop();
    },
  };
}

let serial = 0;

export function newId(prefix: string): string {
  return `${prefix}${(serial += 1)}`;
}

/** @param payload Text: as it stands. */
export function received(payload: object | string, more: Partial<ReceivedWebhook> = {}): ReceivedWebhook {
  const body = Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload));
  const { eventId, tenantId } = identify(body);
  return {
    eventId,
    tenantId,
    source: 'ghl',
    sourceId: 'ghl',
    receivedAtMs: NOW,
    headers: {},
    traceparent: '',
    body,
    ...more,
  };
}

/** A message of lead `lead-1`. */
export function message(locationId: string, hoursAgo: number, more: object = {}): ReceivedWebhook {
  const id = newId('');
  return received({
    type: 'InboundMessage',
    locationId,
    webhookId: `w${id}`,
    contactId: 'lead-1',
    messageId: `m${id}`,
    direction: 'inbound',
    messageType: 'SMS',
    body: 'Is it still for sale?',
    dateAdded: new Date(NOW - hoursAgo * HOUR).toISOString(),
    ...more,
  });
}

export function packOf(...webhooks: ReceivedWebhook[]): Pack {
  return { sequence: (serial += 1), storedAtMs: NOW, deliveries: 1, webhooks };
}

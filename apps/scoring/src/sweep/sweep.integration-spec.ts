import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ScoredLead } from '@hub/contracts';
import { emptyState } from '@hub/intelligence';
import { readLeadProfile } from '@hub/database';
import { DependencyUnavailable } from '@hub/resilience';
import { HOUR, message, NOW, packOf, type SpecSettling, startSettling } from '../settling-for-spec.ts';
import { registerRounds, takeTurns } from './rounds.ts';
import type { Sweeping } from './sweep-leads.ts';
import { sweepPage } from './sweep-page.ts';

const EVERY_MS = 6 * HOUR;
const DAY = 24 * HOUR;

let spec: SpecSettling;

beforeAll(async () => {
  spec = await startSettling();
});
afterAll(() => spec.stop());

// Each spec has the database to itself: a page takes whatever tenants are due.
beforeEach(() => spec.owner.query('TRUNCATE sweeps, scores, leads, events CASCADE; DELETE FROM tenants'));

interface Published {
  readonly tenantId: string;
  readonly leads: readonly ScoredLead[];
}

function sweepingInto(published: Published[], more: Partial<Sweeping> = {}): Sweeping {
  return {
    database: spec.database,
    models: spec.settling.models,
    publish: async (tenantId, leads) => void published.push({ tenantId, leads }),
    decided: () => undefined,
    skipped: (_row, error) => {
      throw error;
    },
    ...more,
  };
}

/** A tenant whose leads wrote once, two days before `NOW`, and were decided on at `NOW`. */
async function tenantWith(leads: number): Promise<string> {
  const tenant = await spec.newTenant();
  const wrote = Array.from({ length: leads }, (_, at) => message(tenant, 48, { contactId: `lead-${at}` }));
  await spec.settle(packOf(...wrote));
  return tenant;
}

async function sweepAll(sweeping: Sweeping, nowMs: number): Promise<void> {
  await registerRounds(spec.database);
  while ((await sweepPage(sweeping, EVERY_MS, nowMs)) !== null);
}

async function versions(tenant: string): Promise<number[]> {
  const { rows } = await spec.owner.query('SELECT version FROM leads WHERE tenant_id = $1 ORDER BY lead_id', [tenant]);
  return rows.map(({ version }) => version);
}

async function decisions(tenant: string): Promise<number> {
  const { rows } = await spec.owner.query('SELECT count(*)::int AS n FROM scores WHERE tenant_id = $1', [tenant]);
  return rows[0].n;
}

const idsOf = (published: readonly Published[]): string[] =>
  published.flatMap(({ tenantId, leads }) => leads.map(({ leadId }) => `${tenantId} ${leadId}`)).toSorted();

describe('the sweep of quiet leads', () => {
  it('decides again, once a round, on leads of every tenant, and stores and publishes what moved', async () => {
    const tenants = [await tenantWith(3), await tenantWith(2)];
    const published: Published[] = [];
    await sweepAll(sweepingInto(published), NOW + 3 * DAY);
    expect(await Promise.all(tenants.map(versions))).toEqual([
      [2, 2, 2],
      [2, 2],
    ]);
    expect(published.flatMap(({ leads }) => leads)).toHaveLength(5);
    expect(published[0]?.leads[0]).toMatchObject({ version: 2, scoredAtMs: NOW + 3 * DAY, eventIds: [] });

    await sweepAll(sweepingInto(published), NOW + 3 * DAY + EVERY_MS - 1);
    expect(published.flatMap(({ leads }) => leads)).toHaveLength(5);
  });

  it('leaves a decision standing whose odds hardly moved, and that one goes on explaining the lead', async () => {
    const tenant = await tenantWith(1);
    const published: Published[] = [];
    await sweepAll(sweepingInto(published), NOW + EVERY_MS / 6 + 1);
    expect(published).toEqual([]);
    expect([await versions(tenant), await decisions(tenant)]).toEqual([[1], 1]);
    expect(await readLeadProfile(spec.database, tenant, 'lead-0')).toMatchObject({ version: 1, scoredAtMs: NOW });

    await sweepAll(sweepingInto(published), NOW + 3 * DAY);
    expect(await readLeadProfile(spec.database, tenant, 'lead-0')).toMatchObject({ scoredAtMs: NOW + 3 * DAY });
  });

  it('leaves a lead alone on whom a webhook decided while it was swept', async () => {
    const tenant = await tenantWith(2);
    const published: Published[] = [];
    const live = message(tenant, -1, { contactId: 'lead-0' });
    const { models } = spec.settling;
    const slow: Sweeping = sweepingInto(published, {
      models: {
        ...models,
        conversion: {
          score: async (rows, tenantIds) => {
            await spec.settle(packOf(live)); // A redelivery changes nothing, so only its first time counts.
            return models.conversion.score(rows, tenantIds);
          },
        },
      },
    });
    await sweepAll(slow, NOW + 3 * DAY);
    expect(idsOf(published)).toEqual([`${tenant} lead-1`]);
    expect(await versions(tenant)).toEqual([2, 2]);
  });

  it('goes on where a process died after storing and before publishing: nothing twice, nothing unsaid', async () => {
    const tenant = await tenantWith(4);
    const dying = sweepingInto([], {
      publish: async () => {
        throw new DependencyUnavailable('nats', 'it does not answer');
      },
    });
    await expect(sweepAll(dying, NOW + 3 * DAY)).rejects.toThrow(DependencyUnavailable);
    expect(await versions(tenant)).toEqual([2, 2, 2, 2]);

    const published: Published[] = [];
    await sweepAll(sweepingInto(published), NOW + 3 * DAY);
    expect(published).toEqual([]); // The one who died still has the turn.
    await spec.owner.query(`UPDATE sweeps SET lease_until = now() - interval '1 s'`);
    await sweepAll(sweepingInto(published), NOW + 3 * DAY + HOUR);
    expect(await versions(tenant)).toEqual([2, 2, 2, 2]);
    expect(idsOf(published)).toEqual([0, 1, 2, 3].map((at) => `${tenant} lead-${at}`));
  });

  it('goes page by page through more leads than fit one, several processes at once, each lead once', async () => {
    const tenants = [await tenantWith(90), await tenantWith(1), await tenantWith(700)];
    const published: Published[] = [];
    const process = (): Promise<void> => sweepAll(sweepingInto(published), NOW + 3 * DAY);
    await Promise.all([process(), process(), process()]);
    // Who found nothing free has ended; what the others hold they bring to its end.
    const all = await Promise.all(tenants.map(versions));
    expect(all.map((ofTenant) => [ofTenant.length, new Set(ofTenant)])).toEqual(
      [90, 1, 700].map((leads) => [leads, new Set([2])]),
    );
    expect(new Set(idsOf(published)).size).toBe(791);
    expect(published.flatMap(({ leads }) => leads)).toHaveLength(791);
  });

  it('shares the tenants that are due among processes', async () => {
    await Promise.all(Array.from({ length: 5 }, () => tenantWith(1)));
    await registerRounds(spec.database);
    const due = { nowMs: NOW, dueBeforeMs: NOW - EVERY_MS, most: 16 };
    const first = await takeTurns(spec.database, 'first', due);
    const second = await takeTurns(spec.database, 'second', due);
    const third = await takeTurns(spec.database, 'third', due);
    expect([first, second, third].map(({ length }) => length)).toEqual([3, 1, 1]);
    expect(await takeTurns(spec.database, 'fourth', due)).toEqual([]);
    expect(new Set([...first, ...second, ...third].map(({ tenantId }) => tenantId)).size).toBe(5);
  });

  it('skips a lead that cannot be decided on, and does the others', async () => {
    const tenant = await tenantWith(5);
    const half = JSON.stringify({ shape: emptyState().shape });
    await spec.owner.query(`UPDATE leads SET state = $2 WHERE tenant_id = $1 AND lead_id = 'lead-2'`, [tenant, half]);
    const skipped: string[] = [];
    const skipping = sweepingInto([], { skipped: ({ leadId }) => void skipped.push(leadId) });
    await sweepAll(skipping, NOW + 3 * DAY);
    expect(skipped).toEqual(['lead-2']);
    expect(await versions(tenant)).toEqual([2, 2, 1, 2, 2]);
  });

  it('folds a lead anew whose state is of another build', async () => {
    const tenant = await tenantWith(1);
    const stateOf = async (): Promise<unknown> =>
      (await spec.owner.query('SELECT state FROM leads WHERE tenant_id = $1', [tenant])).rows[0].state;
    const before = await stateOf();
    await spec.owner.query(`UPDATE leads SET state = '{"shape": 0}' WHERE tenant_id = $1`, [tenant]);
    await sweepAll(sweepingInto([]), NOW + EVERY_MS / 6 + 1);
    expect(await stateOf()).toEqual(before);
    expect(await versions(tenant)).toEqual([2]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createBreaker } from '@hub/resilience';
import { testPostgres, type TestDatabase } from '@hub/testkit';
import pg from 'pg';
import { createPool, Database, isOutage } from '../database.ts';
import { migrate, serviceUrl } from '../migrate.ts';
import { addTenant } from '../operate.ts';
import { addModel, type Because, changeModel, changesOf, listModels, type NewModel, readModel } from './registry.ts';

const PASSWORD = 'service-password';
const NOW = Date.parse('2026-09-01T12:00:00Z');
const BECAUSE: Because = { atMs: NOW, actor: 'ann', reason: 'it is better' };

let postgres: TestDatabase;
let database: Database;
let owner: pg.Client;

beforeAll(async () => {
  postgres = await testPostgres();
  await migrate(postgres.url, PASSWORD, NOW);
  await addTenant(postgres.url, 'maple', 'Maple Realty');
  await addTenant(postgres.url, 'birch', 'Birch Homes');
  database = new Database(
    createPool({ url: serviceUrl(postgres.url, PASSWORD), name: 'spec' }),
    createBreaker({ name: 'postgres', timeoutMs: 20_000, isFailure: isOutage }),
  );
  owner = new pg.Client({ connectionString: postgres.url });
  await owner.connect();
});

afterAll(async () => {
  await database.close();
  await owner.end();
  await postgres.stop();
});

function newModel(name: string, version: string): NewModel {
  return {
    hash: `hash of ${name} ${version}`,
    name,
    version,
    kind: 'learned',
    features: ['ageDays'],
    terms: ['ageDays', 'calibration', 'tenant'],
    intercept: -2.5,
    onnx: Buffer.from([0, 1, 2, 255]),
    model: '{"intercept":-2.50}\n',
    manifest: { format: 1 },
    card: '# A model\n',
  };
}

async function register(name: string, ...versions: string[]): Promise<string[]> {
  for (const version of versions) expect(await addModel(database, newModel(name, version), BECAUSE)).toBeNull();
  return versions.map((version) => `hash of ${name} ${version}`);
}

const statesOf = async (name: string) =>
  Object.fromEntries(
    (await listModels(database)).filter((one) => one.name === name).map(({ version, state }) => [version, state]),
  );

describe('the registry', () => {
  it('keeps what a folder holds, byte for byte, and takes nothing twice', async () => {
    const [hash = ''] = await register('kept', '1');
    expect(await readModel(database, hash)).toEqual({
      hash,
      name: 'kept',
      version: '1',
      state: 'candidate',
      createdAtMs: NOW,
      onnx: Buffer.from([0, 1, 2, 255]),
      model: '{"intercept":-2.50}\n',
      manifest: { format: 1 },
      card: '# A model\n',
    });
    expect(await readModel(database, 'unheard of')).toBeNull();
    expect(await addModel(database, newModel('kept', '1'), BECAUSE)).toContain('this very model is registered already');
    const other = { ...newModel('kept', '1'), hash: 'another' };
    expect(await addModel(database, other, BECAUSE)).toBe('another model is registered already as kept 1 (candidate)');
  });

  it('takes a model through its states, writes down who did it and why, and rolls back', async () => {
    const [one = '', two = ''] = await register('moved', '1', '2');
    await changeModel(database, 'moved', { action: 'promote', model: one }, null, BECAUSE);
    await changeModel(database, 'moved', { action: 'shadow', model: two }, one, BECAUSE);
    await changeModel(database, 'moved', { action: 'promote', model: two }, one, BECAUSE);
    expect(await statesOf('moved')).toEqual({ 1: 'retired', 2: 'champion' });
    const why = { ...BECAUSE, reason: 'it said too much' };
    expect(await changeModel(database, 'moved', { action: 'rollback' }, two, why)).toMatchObject({ kind: 'changes' });
    expect(await statesOf('moved')).toEqual({ 1: 'champion', 2: 'retired' });
    const history = await changesOf(database, 'moved');
    expect(history.map(({ action, model, replaced }) => [action, model, replaced])).toEqual([
      ['add', one, null],
      ['add', two, null],
      ['promote', one, null],
      ['shadow', two, null],
      ['promote', two, one],
      ['rollback', one, two],
    ]);
    expect(history.at(-1)).toMatchObject({ atMs: NOW, actor: 'ann', reason: 'it said too much' });
    const { rows } = await owner.query(
      `SELECT actor, action, detail ->> 'reason' AS reason FROM audit WHERE subject = 'model moved' ORDER BY id DESC LIMIT 1`,
    );
    expect(rows).toEqual([{ actor: 'ann', action: 'model rollback', reason: 'it said too much' }]);
  });

  it('lets one of two that promote at once have its way, and tells the other', async () => {
    const [one = '', two = ''] = await register('raced', '1', '2');
    const steps = await Promise.all(
      [one, two].map((model) => changeModel(database, 'raced', { action: 'promote', model }, null, BECAUSE)),
    );
    expect(steps.map(({ kind }) => kind).toSorted()).toEqual(['changes', 'refused']);
    const lost = steps.find((step) => step.kind === 'refused');
    expect(lost).toMatchObject({ why: expect.stringMatching(/^meanwhile raced [12] serves: look again$/) });
    expect(Object.values(await statesOf('raced')).toSorted()).toEqual(['candidate', 'champion']);
  });

  it('holds one champion of a name even against who goes past it', async () => {
    const [one = '', two = ''] = await register('forced', '1', '2');
    await changeModel(database, 'forced', { action: 'promote', model: one }, null, BECAUSE);
    await expect(owner.query(`UPDATE models SET state = 'champion' WHERE hash = $1`, [two])).rejects.toThrow(
      'models_champion',
    );
    await expect(owner.query(`UPDATE models SET state = 'king' WHERE hash = $1`, [two])).rejects.toThrow('check');
  });

  it.each([
    'DELETE FROM models',
    "UPDATE models SET card = ''",
    'DELETE FROM model_changes',
    'DELETE FROM shadow_scores',
  ])('lets no service do: %s', async (text) => {
    await expect(database.query({ text })).rejects.toThrow('permission denied');
  });
});

describe('what shadows said and what tenants differ by', () => {
  const insert = (as: string, tenantId: string) =>
    database.asTenants([as], (tx) =>
      tx.query({
        text: `INSERT INTO shadow_scores (tenant_id, lead_id, version, model, logit, scored_at)
          VALUES ($1, 'lead', 1, 'm', -1, to_timestamp($2::float8 / 1000))`,
        values: [tenantId, NOW],
      }),
    );
  const seenBy = (as: string) =>
    database.asTenants([as], (tx) =>
      tx.query<{ tenant_id: string }>({ text: 'SELECT tenant_id FROM shadow_scores ORDER BY 1' }),
    );

  it('belongs to its tenant; an operator sees all and writes none', async () => {
    await insert('maple', 'maple');
    await insert('birch', 'birch');
    expect(await seenBy('maple')).toEqual([{ tenant_id: 'maple' }]);
    expect(await seenBy('*')).toEqual([{ tenant_id: 'birch' }, { tenant_id: 'maple' }]);
    await expect(insert('maple', 'cedar')).rejects.toThrow('row-level security');
    await expect(insert('*', 'cedar')).rejects.toThrow('row-level security');
    const [hash = ''] = await register('shifted', '1');
    const shift = (as: string) =>
      database.asTenants([as], (tx) =>
        tx.query({
          text: `INSERT INTO tenant_shifts (tenant_id, model, set_at, shift, rows, positives)
            VALUES ('maple', $1, now(), 0.1, 1, 1)`,
          values: [hash],
        }),
      );
    await expect(shift('birch')).rejects.toThrow('row-level security');
    expect(await shift('maple')).toEqual([]);
  });

  it('goes when it is old, in portions', async () => {
    const prune = (beforeMs: number) =>
      database.query<{ gone: number }>({
        text: 'SELECT prune_shadow_scores(to_timestamp($1::float8 / 1000), 1) AS gone',
        values: [beforeMs],
      });
    expect(await prune(NOW)).toEqual([{ gone: 0 }]);
    expect([await prune(NOW + 1), await prune(NOW + 1), await prune(NOW + 1)]).toEqual([
      [{ gone: 1 }],
      [{ gone: 1 }],
      [{ gone: 0 }],
    ]);
  });
});

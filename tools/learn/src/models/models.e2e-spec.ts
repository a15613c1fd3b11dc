import { execFile } from 'node:child_process';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '@hub/crm-ghl';
import { FEATURE_VERSION, MODEL_FILES, toOnnx, writeModelFolder } from '@hub/intelligence';
import { smallManifest, smallModel } from '@hub/intelligence/for-spec';
import { type Stack, startStack } from '@hub/launcher/stack';
import { until } from '@hub/testkit';
import pg from 'pg';
import { type Ran, runForSpec } from './running-for-spec.ts';

const MAIN = fileURLToPath(new URL('main.ts', import.meta.url));
const TENANT = 'maple';
const HOUR_MS = 3_600_000;
const LEADS = 4;
const EVENTS_EACH = 6;

let folder: string;
let stack: Stack;
let key: KeyObject;
let owner: pg.Client;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hub-models-e2e-'));
  const stateDir = join(folder, 'state');
  stack = await startStack({ stateDir, ports: 'free', demo: false, quiet: true, services: ['gateway', 'scoring'] });
  await stack.addTenant(TENANT, 'Maple Realty');
  key = createPrivateKey(readFileSync(stack.keys.privateKeyFile));
  owner = new pg.Client({ connectionString: stack.env.DATABASE_URL });
  await owner.connect();
}, 180_000);

afterAll(async () => {
  await owner.end();
  await stack.stop();
  rmSync(folder, { recursive: true, force: true });
}, 30_000);

const models = (...args: readonly string[]): Promise<Ran> => {
  const { DATABASE_URL, NATS_URL } = stack.env;
  return runForSpec(args, { DATABASE_URL, NATS_URL });
};

async function done(...args: readonly string[]): Promise<string> {
  const ran = await models(...args);
  expect([ran.code, ran.stderr]).toEqual([0, '']);
  return ran.stdout;
}

const delivered = new Set<string>();

async function deliver(leadId: string, at: number, hoursAgo: number): Promise<void> {
  const dateAdded = new Date(Date.now() - hoursAgo * HOUR_MS).toISOString();
  const body = Buffer.from(
    JSON.stringify({
      type: at % 2 === 0 ? 'InboundMessage' : 'OutboundMessage',
      locationId: TENANT,
      webhookId: `${leadId}-${at}`,
      messageId: `${leadId}-${at}`,
      contactId: leadId,
      direction: at % 2 === 0 ? 'inbound' : 'outbound',
      messageType: 'SMS',
      userId: 'agent',
      dateAdded,
    }),
  );
  const answer = await fetch(stack.urls.webhook, {
    method: 'POST',
    headers: { 'x-ghl-signature': sign(key, body) },
    body,
  });
  expect(answer.status).toBe(200);
  delivered.add(`${leadId}-${at}`);
}

const decisions = async (): Promise<number> => {
  const { rows } = await owner.query('SELECT coalesce(sum(cardinality(event_ids)), 0)::int AS n FROM scores');
  return rows[0].n;
};

/** Until every webhook has had its decision. */
const settled = () =>
  until(async () => (await decisions()) === delivered.size, { what: 'all decisions', timeoutMs: 60_000 });

/** Every second event comes late, after later ones, and one of three a second time. */
async function tellStories(prefix: string): Promise<void> {
  for (let at = 0; at < EVENTS_EACH; at += 1) {
    const ofLeads = Array.from({ length: LEADS }, (_, lead) => `${prefix}-${lead}`);
    const hoursAgo = at % 2 === 0 ? 100 - at : 300 + at;
    await Promise.all(ofLeads.map((leadId) => deliver(leadId, at, hoursAgo)));
    if (at % 3 === 0) await Promise.all(ofLeads.map((leadId) => deliver(leadId, at, hoursAgo)));
    await settled();
  }
}

const writeFolder = (version: string, intercept: number) =>
  writeModelFolder(join(folder, 'models'), {
    manifest: { ...smallManifest(version), featureVersion: FEATURE_VERSION },
    model: { ...smallModel(version), intercept },
    onnx: toOnnx({ ...smallModel(version), intercept }),
    card: () => `# The card of ${version}\n`,
  });

const serves = async (hash: string): Promise<void> => {
  const served = async () => {
    await deliver(`probe-${hash.slice(0, 6)}-${Math.random()}`, 0, 1);
    const { rows } = await owner.query('SELECT 1 FROM scores WHERE conversion_model = $1 LIMIT 1', [hash]);
    return rows.length > 0;
  };
  await until(served, { what: `decisions of ${hash}`, timeoutMs: 60_000 });
};

describe('npm run models', () => {
  const hashes: string[] = [];

  it('takes models in, makes one the champion and one its shadow, while webhooks come', async () => {
    const env = { PATH: process.env['PATH'], DATABASE_URL: stack.env.DATABASE_URL };
    const { stdout } = await promisify(execFile)(process.execPath, ['--conditions=source', MAIN, 'list'], { env });
    expect(stdout).toContain('the priors serve');
    await tellStories('prior');
    for (const [version, intercept] of [
      ['1', -2.5],
      ['2', -2],
    ] as const) {
      const added = JSON.parse(await done('add', await writeFolder(version, intercept), '--json')) as { hash: string };
      hashes.push(added.hash);
    }
    const [one = '', two = ''] = hashes;
    expect(await models('promote', 'conversion@1')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--yes'),
    });
    const promoted = await done(
      'promote',
      one.slice(0, 10),
      '--yes',
      '--because',
      'it was the better one',
      '--by',
      'ann',
    );
    expect(promoted).toBe('conversion@1 is champion now\nconversion: conversion@1 serves\n');
    expect(await done('shadow', 'conversion@2')).toContain('conversion@2 is shadow now');
    await serves(one);
    await tellStories('learned');
    expect(await done('show', two)).toContain('# The card of 2');
    expect(await done('show', 'conversion@champion')).toMatch(/promote +ann +it was the better one/);
  }, 120_000);

  it('compares what both said, as long as nothing is known of what became of it', async () => {
    const seen = async () => (await owner.query('SELECT 1 FROM shadow_scores LIMIT 1')).rows.length > 0;
    await until(seen, { what: 'what the shadow says', timeoutMs: 30_000 });
    const compared = await done('compare', 'conversion@champion', 'conversion@2');
    expect(compared).toContain('conversion@2 less conversion@1');
    expect(compared).toContain('outcomes: 0 known');
    expect(await models('check', 'conversion@champion')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not over'),
    });
  }, 60_000);

  it('refuses what cannot be, in clear words', async () => {
    for (const [args, why] of [
      [['promote', 'conversion@1', '--yes'], 'it decides already'],
      [['shadow', 'conversion@9'], 'no model conversion@9 is registered'],
      [['rollback', 'goingCold', '--yes'], 'nothing to roll back'],
      [['add', join(folder, 'models', 'conversion', '1')], 'this very model is registered already'],
      [['add', join(folder, 'nowhere')], 'cannot be read'],
      [['compare', 'conversion@1', 'conversion@prior'], 'no decision has an answer of both'],
    ] as const) {
      expect(await models(...args)).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(why) });
    }
    expect(await models('crown', 'conversion@1')).toMatchObject({ code: 2 });
  }, 60_000);

  it('rolls back by one command, and a retired model decides no more', async () => {
    const [one = '', two = ''] = hashes;
    await done('promote', 'conversion@2', '--yes');
    await serves(two);
    expect(await models('promote', 'conversion@1', '--yes')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('make it a shadow first, or roll back'),
    });
    expect(JSON.parse(await done('rollback', 'conversion', '--yes', '--json'))).toEqual({
      name: 'conversion',
      states: { 'conversion@1': 'champion', 'conversion@2': 'retired' },
      serves: one,
    });
    await done('rollback', 'conversion', '--yes');
    const listed = JSON.parse(await done('list', '--json')) as { models: { version: string; state: string }[] };
    expect(listed.models.map(({ version, state }) => `${version} ${state}`).toSorted()).toEqual([
      '1 retired',
      '2 retired',
    ]);
  }, 120_000);

  it('gives a folder back as it was taken in', async () => {
    const to = join(folder, 'exported');
    const { folder: exported } = JSON.parse(await done('export', 'conversion@1', '--to', to, '--json')) as {
      folder: string;
    };
    const [given, taken] = [exported, join(folder, 'models', 'conversion', '1')].map((path) =>
      [MODEL_FILES.onnx, MODEL_FILES.model, MODEL_FILES.card].map((file) => readFileSync(join(path, file))),
    );
    expect(given).toEqual(taken);
    expect(await models('export', 'conversion@1', '--to', to)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there already'),
    });
  }, 60_000);
});

describe('the time machine', () => {
  const replay = (...args: readonly string[]) => models('replay', '--json', ...args);

  it('makes every decision once more, to the bit: late and repeated events, models that came and went', async () => {
    await settled();
    const { rows } = await owner.query('SELECT count(*)::int AS n FROM scores');
    expect(await replay()).toEqual({ code: 0, stdout: `{"replayed":${rows[0].n},"different":0}\n`, stderr: '' });
    expect(JSON.parse((await replay('--sample', '5')).stdout)).toEqual({ replayed: 5, different: 0 });
  }, 60_000);

  it('knows what was known then where events do not say when they were applied', async () => {
    await owner.query(`UPDATE events SET lead_version = NULL WHERE lead_id LIKE 'prior-%'`);
    expect(JSON.parse((await replay()).stdout)).toMatchObject({ different: 0 });
  }, 60_000);

  it('finds what was changed, and says what', async () => {
    await owner.query(`UPDATE scores SET band = 'hot', conversion_logit = 3 WHERE lead_id = 'prior-0' AND version = 2`);
    await owner.query(`UPDATE events SET lead_version = 1 WHERE lead_id = 'learned-1'`);
    const { code, stdout } = await replay();
    const answer = JSON.parse(stdout) as { different: number; differences: { leadId: string; what: string }[] };
    expect(code).toBe(1);
    expect(answer.different).toBeGreaterThan(1);
    expect(answer.differences).toContainEqual(
      expect.objectContaining({ leadId: 'prior-0', what: 'conversion logit', stored: 3 }),
    );
    expect(answer.differences.some(({ leadId, what }) => leadId === 'learned-1' && what.startsWith('feature '))).toBe(
      true,
    );
    expect((await models('replay')).stdout).toMatch(/decisions came out otherwise, the first of them:\n/);
  }, 60_000);

  it('leaves out decisions of a model that is not kept, and says so', async () => {
    await owner.query(`UPDATE models SET onnx = NULL WHERE kind = 'prior'`);
    await owner.query(`UPDATE scores SET conversion_model = 'long gone' WHERE lead_id = 'prior-2'`);
    const { stdout } = await models('replay');
    expect(stdout).toMatch(
      /\d+ left out: conversion long gone: its file was not kept: it is a prior of an earlier build/,
    );
  }, 60_000);
});

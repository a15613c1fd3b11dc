import { execFile } from 'node:child_process';
import { createPrivateKey } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '@hub/crm-ghl';
import { type Stack, startStack } from '@hub/launcher/stack';
import { until } from '@hub/testkit';
import pg from 'pg';
import type { Letter, LetterLine } from './dead/letter.ts';
import type { DeliveryLife } from './deliveries/delivery.ts';
import type { ReplayAnswer } from './replays/replay-job.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const TENANT = 'maple';
const AT = new Date().toISOString();

/** Spaces and all: what is sent again must be these bytes. */
const CONTACT = `{ "type": "ContactCreate",  "locationId": "${TENANT}", "id": "ann", "email": "ann@example.com",
  "name": "Ann Novak", "dateAdded": "${AT}", "timestamp": "${AT}", "webhookId": "ann-came" }`;

let stateDir: string;
let stack: Stack;
let owner: pg.Client;

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'hub-dead-'));
  const services = ['gateway', 'scoring', 'analytics'] as const;
  stack = await startStack({ stateDir, ports: 'free', demo: false, quiet: true, services });
  await stack.addTenant(TENANT, 'Maple Realty');
  owner = new pg.Client({ connectionString: stack.env.DATABASE_URL });
  await owner.connect();
}, 180_000);

afterAll(async () => {
  await owner.end();
  await stack.stop();
  rmSync(stateDir, { recursive: true, force: true });
}, 30_000);

async function deliver(body: string): Promise<void> {
  const signature = sign(createPrivateKey(readFileSync(stack.keys.privateKeyFile)), Buffer.from(body));
  const answer = await fetch(stack.urls.webhook, { method: 'POST', headers: { 'x-ghl-signature': signature }, body });
  expect(answer.status).toBe(200);
}

interface Ran {
  readonly code: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** As people run it, against this stack. */
function hub(...args: readonly string[]): Promise<Ran> {
  const env = {
    PATH: process.env['PATH'],
    HUB_URL: stack.urls.page,
    HUB_SESSION_SECRET: stack.env.SESSION_SECRET,
  };
  return new Promise((resolve) => {
    const command = ['--conditions=source', MAIN, ...args];
    const child = execFile(process.execPath, command, { env, encoding: 'buffer' }, (error, stdout, stderr) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr: stderr.toString() });
    });
    child.stdin?.end();
  });
}

async function text(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await hub(...args);
  expect([code, stderr]).toEqual([0, '']);
  return stdout.toString();
}

async function json<T>(...args: readonly string[]): Promise<T> {
  const { code, stdout } = await hub(...args, '--json');
  expect(code).toBe(0);
  return JSON.parse(stdout.toString()) as T;
}

const letters = async (...filter: readonly string[]): Promise<readonly LetterLine[]> =>
  (await json<{ letters: readonly LetterLine[] }>('dead', 'list', '--letters', ...filter)).letters;

describe('a webhook that could not be stored', () => {
  let letter: LetterLine;

  it('is found by what it says and where it failed', async () => {
    await owner.query(`ALTER TABLE events ADD CONSTRAINT too_strict CHECK (type <> 'ContactCreate')`);
    await deliver(CONTACT);
    await until(async () => (await letters()).length === 1, { what: 'the letter', timeoutMs: 30_000 });
    [letter] = (await letters('--tenant', TENANT, '--path', '$.email=ann@example.com', '--since', '1h')) as [
      LetterLine,
    ];
    expect(letter).toMatchObject({ state: 'dead', reason: 'notStorable', cause: 'store:23514', leadId: 'ann' });
    expect(await letters('--text', 'somebody else')).toEqual([]);
    expect(await text('dead', 'list')).toMatch(/^notStorable +store:23514 +1 +0 +0 +0 +1 /m);
  }, 60_000);

  it('is shown with its attempts, and with its exact bytes', async () => {
    const shown = await text('dead', 'show', letter.id);
    expect(shown).toContain('attempts: 1');
    expect(shown).toContain('"email": "ann@example.com"');
    expect((await hub('dead', 'show', letter.id, '--raw')).stdout.toString()).toBe(CONTACT);
    expect(await json<Letter>('dead', 'show', letter.id)).toMatchObject({
      detail: expect.stringContaining('too_strict'),
    });
  }, 60_000);

  it('is sent again once the fault is mended, and applied', async () => {
    await owner.query('ALTER TABLE events DROP CONSTRAINT too_strict');
    const which = ['--tenant', TENANT, '--reason', 'notStorable'];
    expect(await text('dead', 'replay', ...which, '--dry-run')).toBe('would send again 1 letter: 1 event of 1 lead\n');
    expect(await hub('dead', 'replay', ...which)).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
    const { job } = await json<ReplayAnswer>('dead', 'replay', ...which, '--yes', '--because', 'constraint is gone');
    expect(job).toMatchObject({
      state: 'done',
      sent: 1,
      total: 1,
      requestedBy: 'operator',
      reason: 'constraint is gone',
    });
    const life = () => json<DeliveryLife>('deliveries', 'show', 'ann-came');
    await until(async () => (await life()).decision !== null, { what: 'a decision', timeoutMs: 30_000 });
    expect(await life()).toMatchObject({
      copies: [
        { outcome: 'dead', replayId: null },
        { outcome: 'applied', replayId: job?.id },
      ],
      decision: { leadId: 'ann' },
      letter: { state: 'replayed' },
    });
    expect(await text('deliveries', 'show', 'ann-came')).toMatch(new RegExp(`applied +1 +replay ${job?.id} `));
    expect((await hub('deliveries', 'show', 'ann-came', '--raw')).stdout.toString()).toBe(CONTACT);
    expect(await text('dead', 'replay', 'status')).toMatch(
      /done +dead letters +maple +1 +1 +1 +operator +constraint is gone/,
    );
  }, 60_000);

  it('stands in the ledger once for each time it came, and both balance', async () => {
    const sums = async (): Promise<unknown> => {
      const { rows } = await owner.query(
        `SELECT sum(received)::int AS received, sum(applied)::int AS applied, sum(duplicates)::int AS duplicates,
          sum(dead)::int AS dead, sum(parked)::int AS parked FROM ledger_minutes WHERE tenant_id = $1`,
        [TENANT],
      );
      return rows[0];
    };
    const balanced = { received: 2, applied: 1, duplicates: 0, dead: 1, parked: 0 };
    await until(async () => isDeepStrictEqual(await sums(), balanced), { what: 'the sums', timeoutMs: 30_000 });
  }, 60_000);
});

it('what nobody can read is given up for a reason, and that is written down', async () => {
  await deliver('no JSON at all');
  await until(async () => (await letters('--reason', 'notJson')).length === 1, {
    what: 'the letter',
    timeoutMs: 30_000,
  });
  expect(await hub('dead', 'drop', '--reason', 'notJson', '--yes')).toMatchObject({ code: 2 });
  const args = ['--reason', 'notJson', '--because', 'a test of the sender', '--yes'];
  expect(await text('dead', 'drop', ...args)).toBe('dropped 1 letter\n');
  expect(await letters('--reason', 'notJson')).toMatchObject([{ state: 'dropped' }]);
  const { rows } = await owner.query(`SELECT actor, detail ->> 'reason' AS reason FROM audit WHERE action = 'drop'`);
  expect(rows).toEqual([{ actor: 'operator', reason: 'a test of the sender' }]);
}, 60_000);

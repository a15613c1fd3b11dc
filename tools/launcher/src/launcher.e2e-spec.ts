import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandOf, freePort, identityOf, removePostgresData, requireFree } from '@hub/local-servers';
import { until } from '@hub/testkit';
import { ROOT } from './paths.ts';
import type { StackStatus } from './stack-api.ts';

const BOOTSTRAP = join(ROOT, 'tools', 'launcher', 'bootstrap.mjs');
const OFFSETS = [0, 1, 2, 3, 4, 10, 11, 12];

let stateDir: string;
let basePort: number;
let env: NodeJS.ProcessEnv;
let hub: ChildProcessByStdio<null, Readable, null>;
let printed = '';

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs `npm run <command>` as a person would, over this spec's own state. */
async function run(...args: string[]): Promise<Ended> {
  try {
    return { code: 0, ...(await promisify(execFile)(process.execPath, [BOOTSTRAP, ...args], { env })) };
  } catch (error) {
    return error as Ended;
  }
}

async function status(): Promise<StackStatus> {
  return JSON.parse((await run('status', '--json')).stdout) as StackStatus;
}

async function freeBase(): Promise<number> {
  const base = await freePort();
  const free = await Promise.allSettled(OFFSETS.map((offset) => requireFree(base + offset, 'this spec')));
  return free.every(({ status: outcome }) => outcome === 'fulfilled') ? base : freeBase();
}

beforeAll(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'launcher-spec-'));
  const { DATABASE_URL: _d, NATS_URL: _n, REDIS_URL: _r, ...rest } = process.env;
  env = { ...rest, HUB_STATE_DIR: stateDir, NODE_OPTIONS: '' };
  basePort = await freeBase();
  const args = [BOOTSTRAP, 'start', '--no-demo', '--port', String(basePort)];
  hub = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  hub.stdout.on('data', (chunk: Buffer) => {
    printed += chunk.toString();
  });
  await until(() => printed.includes('npm run stop'), { timeoutMs: 150_000, what: 'npm start to be ready' });
}, 160_000);

afterAll(async () => {
  await run('stop');
  await removePostgresData(join(stateDir, 'postgres'));
  await rm(stateDir, { recursive: true, force: true });
}, 30_000);

describe('npm start', () => {
  it('prints a link that signs in, and a curl line that works as it is', async () => {
    const link = /http:\S+\/signin\?token=\S+/.exec(printed)?.[0] ?? '';
    const first = await fetch(link, { redirect: 'manual' });
    expect([first.status, first.headers.get('location')]).toEqual([303, '/']);
    const again = await fetch(link, { redirect: 'manual' });
    expect(again.status).not.toBe(303);

    const curl = /^ *(curl .*)$/m.exec(printed)?.[1] ?? '';
    expect((await sendAsCurl(curl)).status).toBe(200);
  });

  it('tells other commands what runs, in one line of JSON', async () => {
    const current = await status();
    expect(Object.keys(current)).toEqual(['ready', 'urls', 'services']);
    expect(current.ready).toBe(true);
    expect(current.urls).toEqual({
      page: `http://localhost:${basePort}`,
      webhook: `http://localhost:${basePort + 1}/webhooks/ghl`,
    });
    expect(current.services.map(({ name }) => name)).toEqual(['gateway', 'scoring', 'cache', 'realtime', 'analytics']);
    for (const service of current.services) {
      expect(Object.keys(service)).toEqual(['name', 'state', 'pid', 'port', 'rssBytes']);
      expect(service).toMatchObject({ state: 'ready', pid: expect.any(Number), rssBytes: expect.any(Number) });
    }
  });

  it('says that it is running, and where, when it is started twice', async () => {
    const second = await run('start');
    expect(second.code).toBe(1);
    expect(second.stdout).toContain(`already running at http://localhost:${basePort}`);
  });

  it('names an option that it does not know, and those that it does', async () => {
    const { code, stderr } = await run('start', '--prot', '5000');
    expect(code).toBe(2);
    expect(stderr).toContain('unknown option --prot');
    expect(stderr).toContain('--port <base>');
  });

  it('names who holds a port that it needs', async () => {
    const other = await mkdtemp(join(tmpdir(), 'launcher-spec-'));
    const args = [BOOTSTRAP, 'start', '--port', String(basePort)];
    const failing = promisify(execFile)(process.execPath, args, { env: { ...env, HUB_STATE_DIR: other } });
    const { stderr } = await failing.then(
      () => ({ stderr: '' }),
      (error: Ended) => error,
    );
    const gateway = (await status()).services.find(({ name }) => name === 'gateway');
    expect(stderr).toContain(`port ${basePort + 1}, wanted for gateway, is taken by pid ${gateway?.pid} (`);
    await rm(other, { recursive: true, force: true });
  });

  it('gives fresh sign-in links', async () => {
    const { stdout } = await run('signin');
    expect(stdout).toMatch(new RegExp(`^http://localhost:${basePort}/signin\\?token=\\S+\\n$`));
  });

  it('starts a service that dies again, and says so', async () => {
    const before = (await status()).services.find(({ name }) => name === 'realtime')?.pid ?? 0;
    process.kill(before, 'SIGKILL');
    const now = await until(
      async () => {
        const realtime = (await status()).services.find(({ name }) => name === 'realtime');
        return realtime?.state === 'ready' && realtime.pid !== before && realtime;
      },
      { timeoutMs: 30_000, what: 'realtime to run again' },
    );
    expect(now.pid).not.toBe(before);
    expect(printed).toContain('restarting (attempt 1): killed by SIGKILL');
  });

  it('leaves no process and no record when it is told to stop', async () => {
    const pids = (await status()).services.map(({ pid }) => pid ?? 0);
    hub.kill('SIGTERM');
    const [code] = (await once(hub, 'exit')) as [number | null];
    expect(code).toBe(0);
    expect(await Promise.all(pids.map(identityOf))).toEqual(pids.map(() => null));
    expect(await processesOver(stateDir)).toEqual([]);
    await expect(access(join(stateDir, 'run.json'))).rejects.toThrow('ENOENT');
    expect((await run('status')).stdout).toContain('not running');
    expect((await run('stop')).code).toBe(0);
  }, 30_000);
});

/** What curl would send, as the shell hands it over; curl itself may be missing here. */
async function sendAsCurl(line: string): Promise<Response> {
  const { stdout } = await promisify(execFile)('sh', ['-c', `curl() { printf '%s\\n' "$@"; }; ${line}`]);
  const [, url = '', ...args] = stdout.trimEnd().split('\n');
  const valuesOf = (option: string) => args.filter((_, at) => args[at - 1] === option);
  const headers = valuesOf('-H').map((header): [string, string] => {
    const [name = '', value = ''] = header.split(': ');
    return [name, value];
  });
  return fetch(url, { method: 'POST', headers, body: valuesOf('-d')[0] ?? null });
}

/** Command lines that name the folder: servers get their data folder as an argument. */
async function processesOver(dir: string): Promise<string[]> {
  const entries = await readdir('/proc').catch(() => []);
  const pids = entries.filter((name) => /^\d+$/.test(name)).map(Number);
  return (await Promise.all(pids.map(commandOf))).filter((command) => command.includes(dir));
}

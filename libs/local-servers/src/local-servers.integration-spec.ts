import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import pg from 'pg';
import { InUse } from './claim.ts';
import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';
import { identityOf, isAlive, processesIn } from './process-identity.ts';
import type { Server } from './server.ts';
import { startServers } from './start-servers.ts';

const { DATABASE_URL: _d, NATS_URL: _n, REDIS_URL: _r, ...env } = process.env;

let stateDir: string;

beforeAll(async () => {
  stateDir = await realpath(await mkdtemp(join(tmpdir(), 'local-servers-spec-')));
});

afterAll(async () => {
  await rm(stateDir, { recursive: true, force: true });
});

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

/** Waits for the end that a kill brings. */
function ended(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.onExit(resolve);
    server.kill();
  });
}

describe('the three servers', () => {
  it('keep what was confirmed over a kill -9, tell of it, and leave no process when stopped', async () => {
    const servers = await startServers({ stateDir: join(stateDir, 'three'), env });
    const pids = servers.all.map(({ pid }) => pid ?? 0);
    try {
      await sql(servers.postgres.url, 'CREATE TABLE kept AS SELECT 1 AS n');
      const before = await connect({ servers: servers.nats.url });
      await (await jetstreamManager(before)).streams.add({ name: 'KEPT', subjects: ['kept'] });
      await jetstream(before).publish('kept', 'x');
      await before.close();

      expect(await Promise.all(servers.all.map(ended))).toEqual(Array(3).fill('killed by SIGKILL'));
      await Promise.all(servers.all.map((server) => server.start()));

      expect(await sql(servers.postgres.url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
      const after = await connect({ servers: servers.nats.url });
      expect((await (await jetstreamManager(after)).streams.info('KEPT')).state.messages).toBe(1);
      await after.close();
      pids.push(...servers.all.map(({ pid }) => pid ?? 0));
    } finally {
      await servers.stop();
    }
    expect(pids).toHaveLength(6);
    expect(await Promise.all(pids.map(identityOf))).toEqual(Array(6).fill(null));
    expect(await processesIn(join(stateDir, 'three', 'postgres', 'data'))).toEqual([]);
  });

  it('sync every commit, and are for this machine alone', async () => {
    const postgres = await startPostgres({ stateDir: join(stateDir, 'durable'), env });
    try {
      const ask = async (name: string) => (await sql(postgres.url, `SELECT current_setting('${name}') AS value`))[0];
      expect(await ask('fsync')).toEqual({ value: 'on' });
      expect(await ask('listen_addresses')).toEqual({ value: '127.0.0.1' });
      await expect(sql(postgres.url.replace(/:[^:@]*@/, ':wrong@'), 'SELECT 1')).rejects.toThrow('password');
    } finally {
      await postgres.stop();
    }
  });
});

describe('a folder of state', () => {
  it('is refused while another owner runs a server over it', async () => {
    const dir = join(stateDir, 'in-use');
    const first = await startNats({ stateDir: dir, env });
    try {
      await expect(startNats({ stateDir: dir, env })).rejects.toBeInstanceOf(InUse);
    } finally {
      await first.stop();
    }
  });

  it('is taken over from a run that was killed, whose server is stopped first', async () => {
    const dir = join(stateDir, 'left-behind');
    const script = `import { startNats } from '@hub/local-servers';
      const nats = await startNats({ stateDir: ${JSON.stringify(dir)} });
      console.log(nats.pid);
      setInterval(() => {}, 1000);`;
    const args = ['--conditions=source', '--input-type=module', '--eval', script];
    const options = { cwd: new URL('.', import.meta.url), env: { ...env, NODE_OPTIONS: '' } };
    const owner = spawn(process.execPath, args, { ...options, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const orphan = await identityOf(Number(line.toString()));
    if (orphan === null) throw new Error('the server of the other run is not there');
    owner.kill('SIGKILL');
    await once(owner, 'exit');
    expect(await isAlive(orphan)).toBe(true);

    const nats = await startNats({ stateDir: dir, env });
    expect(await isAlive(orphan)).toBe(false);
    await nats.stop();
  });
});

it('names the variable, host and port of a server that does not answer, and keeps its password to itself', async () => {
  const url = 'postgres://hub:secret@127.0.0.1:1/hub';
  const failing = startPostgres({ stateDir, env: { DATABASE_URL: url }, reachableWithinMs: 100 });
  const message = await failing.then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message).toBe('DATABASE_URL is set, but no postgres answers at 127.0.0.1:1');
});

describe('a server that this machine does not have', () => {
  const without = { ...env, PATH: '/nowhere' };
  const options = { which: ['redis'] as const, env: without, cacheDir: '/nowhere/cache' };

  it('is told of when it is dispensable, and the others start', async () => {
    const servers = await startServers({ ...options, stateDir: join(stateDir, 'absent'), dispensable: ['redis'] });
    expect(servers.all).toEqual([]);
    expect(servers.absent.map(({ message }) => message.split('\n')[0])).toEqual([
      'No Redis (Redis 7 or Valkey 8, or later) was found. Tried:',
    ]);
  });

  it('is an error when it is not', async () => {
    const starting = startServers({ ...options, stateDir: join(stateDir, 'absent') });
    await expect(starting).rejects.toThrow('No Redis');
  });
});

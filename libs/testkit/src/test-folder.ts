import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identityOf, removePostgresData, stopLeftovers } from '@hub/local-servers';

const PREFIX = 'enterprisehub-test-';

/** A folder for the state of one server; its name says which process made it. */
export function newTestFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`));
}

export async function removeTestFolder(dir: string): Promise<void> {
  await removePostgresData(join(dir, 'postgres'));
  await rm(dir, { recursive: true, force: true });
}

/** Stops servers and removes folders of test runs that were killed. */
export async function sweepTestFolders(): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const pid = Number(new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1] ?? Number.NaN);
    if (Number.isNaN(pid) || (await identityOf(pid)) !== null) continue;
    const dir = join(tmpdir(), name);
    // Another user's leftovers are not ours to remove, and another run may be sweeping too.
    await stopLeftovers(dir)
      .then(() => removeTestFolder(dir))
      .catch(() => undefined);
  }
}

/** Specs kill servers and drop databases: never those that the environment names. */
export function ownServersEnv(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _d, NATS_URL: _n, REDIS_URL: _r, ...env } = process.env;
  return env;
}

import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, realpath, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Host } from './host.ts';
import { StartFailed } from './managed-process.ts';
import { type Account, asAccount, chooseAccount, give, linkData, premises } from './postgres-account.ts';
import { initdbBeside, postgresKind } from './postgres-programs.ts';
import { answers, postgresStartup } from './probe.ts';
import { commandOf } from './process-identity.ts';
import type { Server, ServerOptions } from './server.ts';
import { type ServerRecipe, startServer } from './start-program.ts';

export interface PostgresOptions extends ServerOptions {
  /** False only for tests whose data may be lost with the machine; the default syncs every commit. */
  durable?: boolean;
}

const OWNER = 'hub';

const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '128MB',
  max_connections: '100',
  wal_compression: 'on',
  min_wal_size: '256MB',
  max_wal_size: '1GB',
  // Small queries on a small machine: planning for workers and compiling cost more than they give.
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  random_page_cost: '1.1',
  timezone: 'UTC',
  log_timezone: 'UTC',
} as const;

const DURABLE = { fsync: 'on', synchronous_commit: 'on', full_page_writes: 'on' } as const;
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } as const;

function recipe(durable: boolean): ServerRecipe {
  return {
    name: 'postgres',
    variable: 'DATABASE_URL',
    defaultPort: 5432,
    question: postgresStartup,
    kind: async (dir) => postgresKind(await majorOf(join(dir, 'data'))),
    plan: async (program, { host, dir, port }) => {
      const account = await chooseAccount(host);
      const { postgres, dataParent } = await premises(host, account, program.path, dir);
      const dataDir = join(dataParent, 'data');
      if ((await majorOf(dataDir)) === null) {
        host.progress('creating the database');
        await initialise(host, account, postgres, dataDir, join(dir, 'password'));
        await linkData(dir, dataDir);
      }
      const password = (await readFile(join(dir, 'password'), 'utf8')).trim();
      const settings = { ...SETTINGS, ...(durable ? DURABLE : FAST), port: String(port) };
      const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
      return {
        url: `postgres://${OWNER}:${password}@127.0.0.1:${port}/${OWNER}`,
        launch: asAccount(account, postgres, ['-D', dataDir, ...args]),
        prepare: () => dropStaleLock(dataDir),
        isReady: () => answers('127.0.0.1', port, postgresStartup),
        readyWithinMs: 60_000,
        helpersIn: await realpath(dataDir),
        // Helpers of a postmaster that was killed hold its memory for a moment.
        mayPass: (log) => /pre-existing shared memory block|lock file "postmaster.pid" already exists/.test(log),
        stopSteps: [
          { signal: 'SIGINT', waitMs: 2_500 },
          { signal: 'SIGQUIT', waitMs: 1_000 },
          { signal: 'SIGKILL', waitMs: 1_000 },
        ],
      };
    },
  };
}

/** Major version that wrote a data folder; null when there is none. */
async function majorOf(dataDir: string): Promise<number | null> {
  const text = await readFile(join(dataDir, 'PG_VERSION'), 'utf8').catch(() => null);
  return text === null ? null : Number(text.trim());
}

/**
 * Makes the data in a fresh folder and renames it, so that a run that was killed leaves none or all of it.
 * @throws StartFailed with what initdb said.
 */
async function initialise(
  host: Host,
  account: Account,
  postgres: string,
  dataDir: string,
  passwordFile: string,
): Promise<void> {
  const fresh = await mkdtemp(`${dataDir}.`);
  const handOver = `${fresh}.password`;
  const step = async (command: string, args: string[], stdin = '') => {
    const { command: program, args: all, ...ids } = asAccount(account, command, args);
    const result = await host.run(program, all, { timeoutMs: 120_000, cwd: '/', stdin, ...ids });
    if (result.code !== 0) throw new StartFailed(`${command} failed:\n${result.output.slice(-2_000)}`);
  };
  try {
    const password = randomBytes(18).toString('base64url');
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
    await writeFile(handOver, password, { mode: 0o600 });
    await give(account, fresh);
    await give(account, handOver);
    const options = ['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', `--username=${OWNER}`];
    await step(initdbBeside(postgres), [...options, `--pwfile=${handOver}`, '-D', fresh]);
    await step(postgres, ['--single', '-D', fresh, 'postgres'], `CREATE DATABASE ${OWNER}\n`);
    await rename(fresh, dataDir);
  } finally {
    await rm(handOver, { force: true });
    await rm(fresh, { recursive: true, force: true });
  }
}

/** After a reboot another process may have the pid that a killed Postgres left in its lock: Postgres would refuse. */
async function dropStaleLock(dataDir: string): Promise<void> {
  const lock = join(dataDir, 'postmaster.pid');
  const pid = Number((await readFile(lock, 'utf8').catch(() => '')).split('\n')[0]);
  if (!Number.isInteger(pid) || pid <= 0) return;
  if (!(await commandOf(pid)).includes(dataDir)) await rm(lock, { force: true });
}

/**
 * Postgres on 127.0.0.1, with a generated password, over `stateDir/postgres`.
 * @throws ServerNotFound, PortBusy, StartFailed
 */
export function startPostgres(options: PostgresOptions): Promise<Server> {
  return startServer(recipe(options.durable ?? true), options);
}

import { mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { Random } from '@hub/brokerage';
import { createPool, Database, isOutage } from '@hub/database/searching';
import { build } from '@hub/launcher/build';
import { databaseOwner, serviceUrl } from '@hub/launcher/database';
import { removePostgresData, startPostgres } from '@hub/local-servers';
import { createBreaker } from '@hub/resilience';
import pg from 'pg';
import { stopped } from '../stopped.ts';
import { fill } from './fill.ts';
import { type Ground, KINDS } from './kinds.ts';
import { measure, type Measured, proveThatAllFind } from './measure.ts';
import { type SearchBenchOptions, searchOptions } from './options.ts';
import { Prose } from './prose.ts';
import { type Filled, printReport } from './report.ts';

const SEED = 1;
const DAYS = 30;
const DAY_MS = 86_400_000;
/** What a row takes with its indexes, and as much again of the write-ahead log as there ever is at once. */
const BYTES_PER_DELIVERY = 1_400;
const WAL_BYTES = 2 ** 30;
/** As the service that answers searches has it. */
const POOL = { name: 'bench-search', max: 4 };
const DEADLINE_MS = 10_000;
/** Of each kind, before anything is measured. */
const WARM_UP_ROUNDS = 3;

/** How long searches in deliveries and dead letters take that the API makes, among millions of rows. */
export async function runSearchBench(args: readonly string[], signal: AbortSignal): Promise<void> {
  const options = searchOptions(args);
  await using cleanup = new AsyncDisposableStack();
  const stateDir = mkdtempSync(join(tmpdir(), 'hub-bench-'));
  cleanup.defer(() => rmSync(stateDir, { recursive: true, force: true }));
  needRoom(stateDir, options.deliveries);
  const progress = timed();
  await build(progress, signal);
  progress('starting a Postgres of its own');
  // What is lost with the machine is made again; reading is the same.
  const postgres = await startPostgres({ stateDir, durable: false, signal });
  cleanup.defer(() => removePostgresData(join(stateDir, 'postgres')));
  cleanup.defer(() => postgres.stop());
  const password = randomBytes(18).toString('base64url');
  await databaseOwner(postgres.url, signal).migrate(password);
  const ground = groundOf(options);
  const filled = await Promise.race([fillWith(postgres.url, ground, progress), stopped(signal)]);
  const database = new Database(
    createPool({ ...POOL, url: serviceUrl(postgres.url, password) }),
    createBreaker({ name: 'postgres', timeoutMs: DEADLINE_MS, isFailure: isOutage }),
  );
  cleanup.defer(() => database.close());
  printReport(await searchIn(database, ground, options, progress, signal), filled);
}

function groundOf({ deliveries, tenants }: SearchBenchOptions): Ground {
  const endMs = Math.ceil(Date.now() / DAY_MS) * DAY_MS;
  const beginMs = endMs - DAYS * DAY_MS;
  return { random: new Random(`searches ${SEED}`), prose: new Prose(SEED), deliveries, tenants, beginMs, endMs };
}

async function fillWith(ownerUrl: string, ground: Ground, progress: (line: string) => void): Promise<Filled> {
  const { deliveries, tenants, endMs } = ground;
  progress(`filling in ${deliveries} deliveries of ${tenants} tenants over ${DAYS} days`);
  const startedMs = performance.now();
  await fill(ownerUrl, { deliveries, days: DAYS, tenants, seed: SEED, endMs }, progress);
  const fillS = (performance.now() - startedMs) / 1_000;
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  try {
    const { rows } = await owner.query<{ deliveries: number; deadLetters: number; bytes: number }>(
      `SELECT (SELECT count(*)::int FROM deliveries) AS deliveries, (SELECT count(*)::int FROM dead_letters) AS "deadLetters",
        (pg_database_size(current_database()) + (SELECT sum(size) FROM pg_ls_waldir()))::float8 AS bytes`,
    );
    const [row] = rows;
    if (row?.deliveries !== deliveries)
      throw new Error(`${row?.deliveries} deliveries were filled in, not ${deliveries}`);
    return { deliveries, deadLetters: row.deadLetters, fillS, diskMb: row.bytes / 2 ** 20 };
  } finally {
    await owner.end();
  }
}

async function searchIn(
  database: Database,
  ground: Ground,
  { ratePerS, seconds }: SearchBenchOptions,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<readonly Measured[]> {
  progress('warming up');
  await proveThatAllFind(database, ground);
  await measure(database, ground, { ratePerS, count: KINDS.length * WARM_UP_ROUNDS, signal });
  progress(`searching: ${KINDS.length} kinds in turn, ${ratePerS} a second for ${seconds} s`);
  const count = Math.max(KINDS.length, Math.round(ratePerS * seconds));
  const measured = await measure(database, ground, { ratePerS, count, signal });
  signal.throwIfAborted();
  return measured;
}

/** @throws Error saying how much is needed. */
function needRoom(dir: string, deliveries: number): void {
  const { bavail, bsize } = statfsSync(dir);
  const needed = deliveries * BYTES_PER_DELIVERY + WAL_BYTES;
  if (bavail * bsize < needed) {
    throw new Error(
      `${deliveries} deliveries need ${Math.ceil(needed / 2 ** 30)} GB in ${tmpdir()}: set TMPDIR, or --deliveries`,
    );
  }
}

function timed(): (line: string) => void {
  const startedMs = performance.now();
  return (line) => {
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(0);
    process.stdout.write(`${seconds.padStart(4)} s  ${line}\n`);
  };
}

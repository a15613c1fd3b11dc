import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, Database, EventIds } from '@hub/database';
import { migrate, serviceUrl } from '@hub/database/migrate';
import { removePostgresData, type Server, startPostgres } from '@hub/local-servers';
import { createBreaker } from '@hub/resilience';
import { percentile, rounded } from '../percentile.ts';
import { table } from '../table.ts';
import { BATCH, type Claimed, ClaimRounds, type Ids } from './claim-rounds.ts';
import { asOwner, fillDays } from './fill-days.ts';
import { type DedupOptions, dedupOptions } from './options.ts';

const PASSWORD = 'bench-service-password';
/** Batches of which each is slower than the one after it, as memory fills. */
const COLD_BATCHES = 20;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function run(options: DedupOptions, signal: AbortSignal): Promise<void> {
  await using cleanup = new AsyncDisposableStack();
  const stateDir = mkdtempSync(join(tmpdir(), 'hub-bench-'));
  cleanup.defer(() => rmSync(stateDir, { recursive: true, force: true }));
  cleanup.defer(() => removePostgresData(join(stateDir, 'postgres')));
  say('starting Postgres with the settings of the product, fsync on');
  const postgres = await startPostgres({ stateDir, signal });
  cleanup.defer(() => postgres.stop());
  const nowMs = Date.now();
  const emptyUrl = await makeEmpty(postgres);
  for (const url of [postgres.url, emptyUrl]) await migrate(url, PASSWORD, nowMs);

  say(`filling in ${options.ids} ids over 35 days`);
  const startedMs = performance.now();
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped before its end')), { once: true });
  });
  await Promise.race([fillDays(postgres.url, { ids: options.ids, nowMs }, say), stopped]);
  const fillS = rounded((performance.now() - startedMs) / 1_000);

  const sides = [open(emptyUrl, 0), open(postgres.url, options.ids)] as const;
  cleanup.defer(async () => void (await Promise.all(sides.map(({ database }) => database.close()))));
  report(await measure(postgres, sides, options, signal), { ...options, fillS, diskMb: await diskMb(postgres.url) });
}

async function makeEmpty({ url }: Server): Promise<string> {
  await asOwner(url, (client) => client.query('CREATE DATABASE hub_empty'));
  const empty = new URL(url);
  empty.pathname = '/hub_empty';
  return empty.href;
}

function open(url: string, old: number): Ids {
  const pool = createPool({ url: serviceUrl(url, PASSWORD), name: 'bench', max: 1, statementTimeoutMs: 60_000 });
  const database = new Database(pool, createBreaker({ name: 'postgres', timeoutMs: 60_000 }));
  return { database, eventIds: new EventIds(), old };
}

interface Measured {
  /** A process that has just started and remembers nothing yet: it looks everything up. */
  readonly unread: readonly Claimed[];
  readonly warm: readonly Claimed[];
  /** Right after a restart of Postgres: nothing is in its memory, but in that of the system. */
  readonly cold: readonly Claimed[];
  readonly readS: number;
}

async function measure(
  postgres: Server,
  sides: readonly Ids[],
  { batches }: DedupOptions,
  signal: AbortSignal,
): Promise<Measured> {
  const rounds = new ClaimRounds(sides);
  say('claiming while nothing is remembered yet');
  const unread = await rounds.run(COLD_BATCHES, signal);
  const startedMs = performance.now();
  for (const { database, eventIds } of sides) await eventIds.refresh(database);
  const readS = rounded((performance.now() - startedMs) / 1_000);
  say(`remembering all sealed days took ${readS} s; claiming ${batches} batches in turns`);
  const warm = await rounds.run(batches, signal);
  say('claiming after a restart of Postgres');
  await postgres.restart();
  const cold = await rounds.run(COLD_BATCHES, signal);
  return { unread, warm, cold, readS };
}

function diskMb(url: string): Promise<number> {
  return asOwner(url, async (client) => {
    const { rows } = await client.query<{ bytes: string }>('SELECT pg_database_size(current_database()) AS bytes');
    return Math.round(Number(rows[0]?.bytes) / 1_048_576);
  });
}

function report(measured: Measured, setting: DedupOptions & { fillS: number; diskMb: number }): void {
  const rows = (['unread', 'warm', 'cold'] as const).flatMap((phase) =>
    ['empty', 'full'].map((name, side) => {
      const took = measured[phase][side]?.tookMs ?? [];
      return [phase, name, ...[0.5, 0.99].map((share) => percentile(took, share).toFixed(2))];
    }),
  );
  say(table(['batches of 100', 'ids', 'p50 ms', 'p99 ms'], rows));
  const [empty, full] = measured.warm.map(({ tookMs }) => ({
    p50: rounded(percentile(tookMs, 0.5), 2),
    p99: rounded(percentile(tookMs, 0.99), 2),
  }));
  const all = [measured.unread, measured.warm, measured.cold].flat();
  const result = {
    bench: 'dedup',
    ids: setting.ids,
    batch: BATCH,
    batches: setting.batches,
    emptyP50Ms: empty?.p50,
    fullP50Ms: full?.p50,
    emptyP99Ms: empty?.p99,
    fullP99Ms: full?.p99,
    addsP50Ms: rounded((full?.p50 ?? Number.NaN) - (empty?.p50 ?? Number.NaN), 2),
    readS: measured.readS,
    fillS: setting.fillS,
    diskMb: setting.diskMb,
    rssMb: Math.round(process.memoryUsage.rss() / 1_048_576),
    duplicatesMissed: all.reduce((sum, { missed }) => sum + missed, 0),
    falseDuplicates: all.reduce((sum, { falselyFound }) => sum + falselyFound, 0),
    fsync: 'on',
  };
  say(JSON.stringify(result));
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
try {
  await run(dedupOptions(process.argv.slice(2)), stopping.signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { leadScored, SCORES } from '@hub/contracts';
import { type Stack, startStack } from '@hub/launcher/stack';
import { rssBytesOf } from '@hub/local-servers';
import { connectNats, streamState, tail } from '@hub/messaging/reading';
import { cpuSeconds } from './cpu-time.ts';
import { rounded } from './percentile.ts';
import { stopped } from './stopped.ts';
import { type SweepOptions, sweepOptions } from './sweep/options.ts';
import { asOwner, fillLeads, histories, letADayPass, sizesOf } from './sweep/silent-leads.ts';
import { table } from './table.ts';

const SEED = 1;
const LOOK_EVERY_MS = 100;
const MAX_WAIT_MS = 1_200_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * How long the scoring service takes to go through silent leads: once where every decision is stored and published, as
 * after a change of models, and once a day of silence later, where most odds have hardly moved.
 */
export async function runSweepBench(args: readonly string[], signal: AbortSignal): Promise<void> {
  const options = sweepOptions(args);
  await using cleanup = new AsyncDisposableStack();
  const stateDir = mkdtempSync(join(tmpdir(), 'hub-bench-'));
  cleanup.defer(() => rmSync(stateDir, { recursive: true, force: true }));
  say('starting Postgres, NATS and the scoring service, fsync on');
  const stack = await startStack({
    stateDir,
    ports: 'free',
    demo: false,
    quiet: true,
    signal,
    services: ['scoring'],
  });
  cleanup.defer(() => stack.stop());
  await Promise.race([measure(stack, options), stopped(signal)]);
}

async function measure(stack: Stack, options: SweepOptions): Promise<void> {
  const { DATABASE_URL: url } = stack.env;
  const past = histories(SEED);
  say(`filling in ${options.leads} silent leads of ${options.tenants} tenants`);
  await fillLeads(url, sizesOf(options.leads, options.tenants), past, Date.now());
  say('sweeping: every decision is new');
  const afresh = await sweep(stack, options.tenants, options.kill ? options.leads / 2 : Infinity);
  const published = await publishedDecisions(stack);
  say('letting a day of silence pass');
  await letADayPass(url, past, Date.now());
  say('sweeping: most odds have hardly moved');
  const dayLater = await sweep(stack, options.tenants, Infinity);
  const stored = dayLater.stored - afresh.stored;
  const unpublished = afresh.stored - published + (stored - ((await publishedDecisions(stack)) - published));
  report(options, { afresh, dayLater: { ...dayLater, stored }, unpublished }, await residentMb(stack));
}

interface Sweep {
  readonly seconds: number;
  /** Decisions on all leads since they were filled in. */
  readonly stored: number;
  /** Of all processes together: what a machine with other work to do took of its processors. */
  readonly cpuSeconds: Readonly<Record<string, number>>;
}

/** Waits until every tenant is through. @param killAfter So many leads are decided on before the service is killed. */
async function sweep(stack: Stack, tenants: number, killAfter: number): Promise<Sweep> {
  const deadlineMs = performance.now() + MAX_WAIT_MS;
  const before = cpuSeconds(stack.pids());
  let killed = false;
  for (;;) {
    const { over, seconds, stored } = await progressOf(stack);
    if (over === tenants) return { seconds, stored, cpuSeconds: difference(cpuSeconds(stack.pids()), before) };
    if (performance.now() > deadlineMs) throw new Error(`${tenants - over} tenants were not swept in time`);
    if (!killed && stored > killAfter) {
      killed = true;
      say('kill -9 of the service');
      stack.kill('scoring');
    }
    await sleep(LOOK_EVERY_MS);
  }
}

function difference(later: ReadonlyMap<string, number>, earlier: ReadonlyMap<string, number>): Record<string, number> {
  const used = [...later].map(([name, seconds]) => [name, rounded(seconds - (earlier.get(name) ?? 0))] as const);
  return Object.fromEntries(used);
}

interface Progress extends Omit<Sweep, 'cpuSeconds'> {
  readonly over: number;
}

function progressOf(stack: Stack): Promise<Progress> {
  return asOwner(stack.env.DATABASE_URL, async (client) => {
    const { rows } = await client.query<Progress>(
      `SELECT (count(*) FILTER (WHERE finished_at > 'epoch'))::int AS over,
        extract(epoch FROM max(finished_at) - min(began_at))::float8 AS seconds,
        (SELECT coalesce(sum(version), 0)::int FROM leads) AS stored
      FROM sweeps WHERE tenant_id LIKE 'benchTenant%'`,
    );
    const [row] = rows;
    if (row === undefined) throw new Error('an aggregate gave no row');
    return row;
  });
}

/** Different decisions in the stream of scores. */
async function publishedDecisions(stack: Stack): Promise<number> {
  const nats = await connectNats({ servers: stack.env.NATS_URL, name: 'bench' });
  const decisions = new Set<string>();
  try {
    const { lastSequence } = await streamState(nats, SCORES);
    if (lastSequence === 0) return 0;
    for await (const { sequence, tokens, payload } of tail(nats, leadScored, { after: 0 })) {
      for (const { leadId, version } of payload) decisions.add(`${tokens[0]} ${leadId} ${version}`);
      if (sequence >= lastSequence) break;
    }
  } finally {
    await nats.close();
  }
  return decisions.size;
}

async function residentMb(stack: Stack): Promise<number> {
  return Math.round(((await rssBytesOf(stack.pid('scoring') ?? 0)) ?? 0) / 2 ** 20);
}

interface Measured {
  readonly afresh: Sweep;
  readonly dayLater: Sweep;
  readonly unpublished: number;
}

function report({ leads, tenants }: SweepOptions, { afresh, dayLater, unpublished }: Measured, rssMb: number): void {
  const perSecond = ({ seconds }: Sweep): number => Math.round(leads / seconds);
  const line = (name: string, one: Sweep): string[] => [
    name,
    one.seconds.toFixed(1),
    String(perSecond(one)),
    String(one.stored),
  ];
  say(
    table(
      ['sweep', 'seconds', 'leads/s', 'stored'],
      [line('every decision new', afresh), line('a day later', dayLater)],
    ),
  );
  const result = {
    bench: 'sweep',
    leads,
    tenants,
    seconds: rounded(afresh.seconds),
    leadsPerSecond: perSecond(afresh),
    cpuSeconds: afresh.cpuSeconds,
    dayLaterSeconds: rounded(dayLater.seconds),
    dayLaterLeadsPerSecond: perSecond(dayLater),
    dayLaterCpuSeconds: dayLater.cpuSeconds,
    dayLaterStored: dayLater.stored,
    decidedTwice: afresh.stored - leads,
    unpublished,
    rssMb,
    fsync: 'always',
  };
  say(JSON.stringify(result));
}

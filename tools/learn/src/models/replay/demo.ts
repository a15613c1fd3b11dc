import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Stack, startStack } from '@hub/launcher/stack';
import { INBOX } from '@hub/contracts';
import { removePostgresData } from '@hub/local-servers';
import { connectNats, consumerStates } from '@hub/messaging/reading';
import { openRegistry } from '../open-registry.ts';
import { readReplayOptions, replayOn } from './replay.ts';

const BROKERAGE = fileURLToPath(new URL('main.ts', import.meta.resolve('@hub/brokerage')));

/** Webhooks that come together make one decision on their lead; many come alone, and others are copies. */
const WEBHOOKS_PER_DECISION = 2.8;
/** The first ones make hardly any: installs, users, many events of few leads. */
const WEBHOOKS_BEFORE = 1_500;
/** Small batches: more decisions of the same webhooks. */
const BATCHES = { BATCH_WEBHOOKS: '16' };
/** What a lead of the simulation sends, about; more leads than needed cost nothing. */
const WEBHOOKS_PER_LEAD = 12;
const PER_SECOND = 2_000;
const SETTLED_MS = 300_000;

/** `replay --demo`: on a hub of its own, which a simulated brokerage has told of 90 days within seconds; gone afterwards. */
export async function replayDemo(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = readReplayOptions(args);
  const stateDir = mkdtempSync(join(tmpdir(), 'hub-replay-'));
  let stack: Stack | null = null;
  try {
    say('starting servers and services on free ports');
    const services = ['gateway', 'scoring'] as const;
    stack = await startStack({
      stateDir,
      ports: 'free',
      demo: false,
      quiet: true,
      signal,
      services,
      env: ownEnv(),
      extraEnv: BATCHES,
    });
    await simulate(stack, WEBHOOKS_BEFORE + Math.ceil(options.sample * WEBHOOKS_PER_DECISION), signal);
    return await replay(stack, options);
  } finally {
    await stack?.stop();
    await removePostgresData(join(stateDir, 'postgres'));
    rmSync(stateDir, { recursive: true, force: true });
  }
}

async function replay(stack: Stack, options: ReturnType<typeof readReplayOptions>): Promise<number> {
  const { database } = openRegistry({ DATABASE_URL: stack.env.DATABASE_URL });
  try {
    return await replayOn(database, options);
  } finally {
    await database.close();
  }
}

/** Webhooks of a brokerage with the faults of a real sender: copies, late ones, others than in their order. */
async function simulate(stack: Stack, webhooks: number, signal: AbortSignal): Promise<void> {
  say(`a simulated brokerage sends ${webhooks} webhooks of 90 days`);
  const world = {
    'history-days': 90,
    leads: Math.ceil(webhooks / WEBHOOKS_PER_LEAD),
    rate: PER_SECOND / 2,
    count: webhooks,
  };
  await runBrokerage(stack, world, signal);
  const connection = await connectNats({ servers: stack.env.NATS_URL, name: 'replay' });
  try {
    const waiting = async () => (await consumerStates(connection, INBOX)).reduce((sum, one) => sum + one.waiting, 0);
    const deadlineMs = performance.now() + SETTLED_MS;
    for (let left = await waiting(); left > 0; left = await waiting()) {
      if (performance.now() > deadlineMs) throw new Error(`${left} packs of webhooks are not settled`);
      await pause(200, undefined, { signal });
    }
  } finally {
    await connection.close();
  }
}

/** Resolves when the hub has accepted all of them. */
async function runBrokerage(stack: Stack, world: Record<string, number>, signal: AbortSignal): Promise<void> {
  const options = Object.entries(world).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const args = ['--conditions=source', BROKERAGE, '--url', stack.urls.webhook, '--key-file', stack.keys.privateKeyFile];
  const child = spawn(process.execPath, [...args, ...options], { stdio: ['ignore', 'pipe', 'inherit'], signal });
  let said = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`the brokerage ended with ${code}: ${said.trim()}`);
}

/** Never on servers that the environment names: the demo fills what it finds. */
function ownEnv(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _d, NATS_URL: _n, REDIS_URL: _r, ...rest } = process.env;
  return rest;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { installOf, payloadStream } from '@hub/brokerage';
import { sign } from '@hub/crm-ghl';
import { type Stack, startStack } from '@hub/launcher/stack';
import { sealSession, SESSION_COOKIE } from '@hub/session';
import { cpuSeconds, processTree } from './cpu-time.ts';
import { HttpLoad, requestOf } from './http-load.ts';
import { rounded } from './percentile.ts';
import { type PhaseResult, runPhase, type Shot } from './phase.ts';
import { printProfiles } from './profile.ts';
import type { ScreenMessage, ScreenOptions } from './screen.ts';
import { stopped } from './stopped.ts';
import { verify } from './verify.ts';

const USAGE = `npm run bench -- path [--rate 200] [--seconds 60] [--max-seconds 10] [--no-max] [--profile]
  --rate         webhooks per second of the measured phase
  --seconds      how long that phase lasts
  --max-seconds  length of each step of the search for the highest rate; --no-max leaves the search out
  --profile      also record where each service spends its time (slows them down: do not quote the latencies)`;

const TENANTS = ['benchMapleRealty01', 'benchBirchHomes0002', 'benchCedarGroup0003'];
/** Three tenants carry the load of a whole platform: their limits are not what is measured. */
const UNLIMITED = { TENANT_RATE_PER_S: '1000000', TENANT_BURST: '1000000' };
const COPY_EVERY = 100;
const MAX_STEPS = [500, 1_000, 1_500, 2_000, 2_500, 3_000, 4_000, 5_000, 6_000];
const PUSH_LIMIT_MS = 250;
const CONNECTIONS = 256;

/** The whole way of a webhook, from the intended send time to the ack and to the score on a screen. */
export async function runPathBench(args: readonly string[], signal: AbortSignal): Promise<void> {
  const options = readOptions(args);
  const stateDir = mkdtempSync(join(tmpdir(), 'hub-bench-'));
  const profileDir = join(stateDir, 'profiles');
  let stack: Stack | null = null;
  try {
    say('starting servers and services on free ports');
    stack = await startStack({
      stateDir,
      ports: 'free',
      demo: false,
      quiet: true,
      signal,
      extraEnv: {
        ...UNLIMITED,
        ...(options.profile && { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` }),
      },
    });
    await Promise.race([measure(stack, options), stopped(signal)]);
    const pids = Object.fromEntries(Object.entries(stack.pids()).map(([name, pid]) => [name, processTree(pid)]));
    await stack.stop();
    stack = null;
    if (options.profile) printProfiles(profileDir, pids);
  } finally {
    await stack?.stop();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

type Options = ReturnType<typeof readOptions>;

function readOptions(args: readonly string[]) {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rate: { type: 'string', default: '200' },
      seconds: { type: 'string', default: '60' },
      'max-seconds': { type: 'string', default: '10' },
      'no-max': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
    },
  });
  const [rate, seconds, maxSeconds] = [values.rate, values.seconds, values['max-seconds']].map(Number);
  if (!(rate && rate > 0 && seconds && seconds > 0 && maxSeconds && maxSeconds > 0)) throw new Error(USAGE);
  return { rate, seconds, maxSeconds, findMax: !values['no-max'], profile: values.profile };
}

async function measure(stack: Stack, options: Options): Promise<void> {
  const key = createPrivateKey(readFileSync(stack.keys.privateKeyFile));
  const webhook = new URL(stack.urls.webhook);
  const load = new HttpLoad(webhook, CONNECTIONS);
  const screens = await openScreens(stack, () => installTenants(load, webhook, key));
  const next = shotMaker(webhook, key);

  say('warming up');
  await runPhase(next(options.rate * 10), options.rate, 0, load, screens);

  say(`${options.rate}/s for ${options.seconds} s`);
  const cpuBefore = cpuSeconds(stack.pids());
  const phase = await runPhase(next(options.rate * options.seconds), options.rate, options.rate * 2, load, screens);
  const cpuAfter = cpuSeconds(stack.pids());
  const rssMb = await residentMb(stack);
  printPhase(phase);
  printCpu(cpuBefore, cpuAfter, options.seconds);

  const steps = options.findMax ? await findMaxRate(stack, next, options, load, screens) : [];
  const all = [phase, ...steps];
  const verdict = await verify(
    stack.env.DATABASE_URL,
    all.flatMap((one) => one.acceptedIds),
  );
  load.close();
  await screens.terminate();

  const passed = [phase, ...steps].filter((one) => sustained(one));
  const result = {
    bench: 'path',
    offered: sum(all, (one) => one.offered),
    accepted: sum(all, (one) => one.accepted),
    scored: verdict.scored,
    pushed: sum(all, (one) => one.pushed),
    ackP50Ms: rounded(phase.ackP50Ms),
    ackP99Ms: rounded(phase.ackP99Ms),
    pushP50Ms: rounded(phase.pushP50Ms),
    pushP99Ms: rounded(phase.pushP99Ms),
    lost: verdict.lost,
    appliedTwice: verdict.appliedTwice,
    maxRate: Math.max(0, ...passed.map((one) => one.ratePerS)),
    rssMb,
    fsync: 'always',
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}

/** Registers the tenants, then watches each of them as a signed-in screen would. */
async function openScreens(stack: Stack, register: () => Promise<void>): Promise<Worker> {
  await register();
  const session = { userId: 'bench', name: 'Bench', tenants: '*' as const, expiresAtMs: Date.now() + 3_600_000 };
  const stream = stack.urls.stream.replace(/^http/, 'ws');
  const workerData: ScreenOptions = {
    urls: TENANTS.map((tenant) => `${stream}/ws?tenant=${tenant}`),
    cookie: `${SESSION_COOKIE}=${sealSession(stack.env.SESSION_SECRET, session)}`,
    origin: new URL(stack.urls.page).origin,
  };
  const worker = new Worker(new URL('./screen.ts', import.meta.url), { workerData });
  await new Promise<void>((resolve, reject) => {
    worker.once('message', (message: ScreenMessage) =>
      message.kind === 'open' ? resolve() : reject(new Error(`a screen was ${message.kind} before it was open`)),
    );
    worker.once('error', reject);
  });
  return worker;
}

async function installTenants(load: HttpLoad, webhook: URL, key: KeyObject): Promise<void> {
  for (const tenant of TENANTS) {
    const body = Buffer.from(JSON.stringify(installOf(tenant, Date.now())));
    const answer = await load.send(requestOf(webhook, body, sign(key, body)));
    if (answer.status !== 200) throw new Error(`the gateway answered ${answer.status} to an installation`);
  }
}

/** Webhooks are built and signed before a phase, so that signing does not compete with what is measured. */
function shotMaker(webhook: URL, key: KeyObject): (count: number) => Shot[] {
  const payloads = payloadStream(1, TENANTS);
  return (count) => {
    const shots: Shot[] = [];
    while (shots.length < count) {
      const { body, eventId } = payloads.next(Date.now());
      const shot = { eventId, request: requestOf(webhook, body, sign(key, body)), isCopy: false };
      shots.push(shot);
      if (shots.length % COPY_EVERY === 0) shots.push({ ...shot, isCopy: true });
    }
    return shots.slice(0, count);
  };
}

async function findMaxRate(
  stack: Stack,
  next: (count: number) => Shot[],
  options: Options,
  load: HttpLoad,
  screens: Worker,
): Promise<PhaseResult[]> {
  const steps: PhaseResult[] = [];
  for (const rate of MAX_STEPS) {
    say(`step: ${rate}/s for ${options.maxSeconds} s`);
    const shots = next(rate * options.maxSeconds);
    const before = cpuSeconds(stack.pids());
    const step = await runPhase(shots, rate, rate * 2, load, screens);
    printPhase(step);
    printCpu(before, cpuSeconds(stack.pids()), options.maxSeconds);
    steps.push(step);
    if (!sustained(step)) break;
  }
  return steps;
}

function sustained(phase: PhaseResult): boolean {
  return phase.pushP99Ms < PUSH_LIMIT_MS && phase.pushed === phase.accepted && Object.keys(phase.refusals).length === 0;
}

async function residentMb(stack: Stack): Promise<number> {
  const services = (await stack.status()).services;
  const lines = services.map((service) => `${service.name} ${rounded((service.rssBytes ?? 0) / 2 ** 20, 0)}`);
  const bytes = services.reduce((total, service) => total + (service.rssBytes ?? 0), 0);
  say(`resident MB: ${lines.join(', ')}`);
  return rounded(bytes / 2 ** 20, 0);
}

function printPhase(phase: PhaseResult): void {
  const { ratePerS, accepted, pushed, refusals } = phase;
  const ms = (value: number): string => `${rounded(value)} ms`;
  say(
    `  ${ratePerS}/s: accepted ${accepted}, pushed ${pushed}; ack p50 ${ms(phase.ackP50Ms)} p99 ${ms(phase.ackP99Ms)}; ` +
      `push p50 ${ms(phase.pushP50Ms)} p99 ${ms(phase.pushP99Ms)}${Object.keys(refusals).length > 0 ? `; refused ${JSON.stringify(refusals)}` : ''}`,
  );
}

function printCpu(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>, seconds: number): void {
  const shares = [...after].map(
    ([name, used]) => `${name} ${rounded(((used - (before.get(name) ?? 0)) / seconds) * 100, 0)} %`,
  );
  say(`  of one core: ${shares.join(', ')}`);
}

function sum(phases: readonly PhaseResult[], of: (phase: PhaseResult) => number): number {
  return phases.reduce((total, phase) => total + of(phase), 0);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

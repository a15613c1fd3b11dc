import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Stack, startStack } from '@hub/launcher/stack';
import { type Server, startPostgres } from '@hub/local-servers';
import { processTree } from './cpu-time.ts';
import { type GatewayBenchOptions, gatewayOptions } from './gateway-options.ts';
import { printReport } from './gateway-report.ts';
import type { Bench } from './gateway-findings.ts';
import { runRounds } from './gateway-rounds.ts';
import { LoadGenerator } from './load-generator.ts';
import { ourGateway } from './our-gateway.ts';
import { printProfiles } from './profile.ts';
import type { Receiver } from './receiver.ts';
import { Signers } from './signed-batch.ts';
import { stopped } from './stopped.ts';
import { createTextbookTable, startTextbook } from './textbook.ts';

/** So many that each stays far below what a platform lets one location send. */
const TENANTS = Array.from({ length: 200 }, (_, at) => `benchLocation${String(at).padStart(4, '0')}`);
const CLUSTER = 2;

/** How fast webhooks are accepted, beside the receiver of a textbook on the same machine in the same minutes. */
export async function runGatewayBench(args: readonly string[], signal: AbortSignal): Promise<void> {
  const options = gatewayOptions(args);
  await using cleanup = new AsyncDisposableStack();
  const stateDir = mkdtempSync(join(tmpdir(), 'hub-bench-'));
  cleanup.defer(() => rmSync(stateDir, { recursive: true, force: true }));
  const profileDir = join(stateDir, 'profiles');
  process.stdout.write('starting servers, the gateway and the textbook receivers on free ports\n');
  const stack = await startStack({
    stateDir,
    ports: 'free',
    demo: false,
    quiet: true,
    services: ['gateway'],
    signal,
    extraEnv: options.profile ? { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileDir}` } : {},
  });
  cleanup.defer(() => stack.stop());
  const bench = await assemble(stack, stateDir, options, signal, cleanup);
  const findings = await Promise.race([runRounds(bench, options), stopped(signal)]);
  if (options.profile) {
    const pids = { gateway: processTree(stack.pid('gateway') ?? 0) };
    await stack.stop();
    printProfiles(profileDir, pids);
  }
  printReport(findings);
}

async function assemble(
  stack: Stack,
  stateDir: string,
  options: GatewayBenchOptions,
  signal: AbortSignal,
  cleanup: AsyncDisposableStack,
): Promise<Bench> {
  const privateKey = readFileSync(stack.keys.privateKeyFile, 'utf8');
  const ours = await ourGateway(stack);
  cleanup.defer(() => ours.stop());
  const postgres = options.textbook ? await startPostgres({ stateDir: join(stateDir, 'textbook'), signal }) : null;
  if (postgres !== null) cleanup.defer(() => postgres.stop());
  const textbooks = postgres === null ? [] : await startTextbooks(stack, postgres, cleanup);
  const signers = new Signers({ tenants: TENANTS, privateKey, url: ours.url });
  cleanup.defer(() => signers.close());
  const generator = new LoadGenerator();
  cleanup.defer(() => generator.close());
  return { ours, textbooks, postgres, signers, generator };
}

async function startTextbooks(stack: Stack, postgres: Server, cleanup: AsyncDisposableStack): Promise<Receiver[]> {
  await createTextbookTable(postgres.url);
  const receivers: Receiver[] = [];
  for (const workers of [1, CLUSTER]) {
    const { publicKey } = stack.keys;
    const receiver = await startTextbook({ databaseUrl: postgres.url, publicKey, workers, postgresPid: postgres.pid });
    cleanup.defer(() => receiver.stop());
    receivers.push(receiver);
  }
  return receivers;
}

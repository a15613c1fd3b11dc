import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { once } from 'node:events';
import { removePostgresData, stopLeftovers } from '@hub/local-servers';
import { Cancelled } from './cancel.ts';
import { curlLine } from './demo.ts';
import { parseStartOptions, type StartOptions } from './options.ts';
import { STATE_DIR } from './paths.ts';
import { textReport } from './report.ts';
import { readRun } from './run-file.ts';
import { AlreadyRunning } from './run-record.ts';
import { type Stack, startStack } from './stack.ts';
import { StatusBoard } from './status-board.ts';

/**
 * `npm start`: brings everything up, then shows one line per service until it is told to stop.
 * @returns 0 after a stop, 1 when it was running already.
 */
export async function start(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = parseStartOptions(args);
  const report = textReport((text) => process.stdout.write(text));
  const startedMs = performance.now();
  if (options.reset) await report.step('reset', () => reset(STATE_DIR));
  const board = new StatusBoard(process.stdout);
  let stack: Stack;
  try {
    const { demo, only: services, basePort: ports } = options;
    const onChange = () => {
      board.invalidate();
    };
    stack = await startStack({ stateDir: STATE_DIR, ports, demo, services, report, signal, onChange });
  } catch (error) {
    if (signal.aborted) return exitCodeOf(signal);
    if (!(error instanceof AlreadyRunning)) throw error;
    report.line(`${error.message}\nStop it: npm run stop    Look at it: npm run status    Sign in: npm run signin`);
    return 1;
  }
  report.line(`✓ ready in ${((performance.now() - startedMs) / 1000).toFixed(1)} s\n`);
  report.line(await welcome(stack, options));
  board.show(() => stack.status());
  if (!signal.aborted) await once(signal, 'abort');
  board.close();
  report.line('\nstopping');
  await report.step('stopped', () => stack.stop());
  return exitCodeOf(signal);
}

/** A person who presses Ctrl-C, or types `npm run stop`, got what they wanted. */
function exitCodeOf(signal: AbortSignal): number {
  return signal.reason instanceof Cancelled && signal.reason.message.includes('SIGHUP') ? signal.reason.exitCode : 0;
}

async function welcome(stack: Stack, { only }: StartOptions): Promise<string> {
  const lines: string[] = [];
  if (only.includes('analytics')) {
    lines.push('Live queue (this link signs you in once; another: npm run signin)', `  ${await stack.signInLink()}`);
  }
  if (only.includes('gateway')) {
    const curl = await curlLine(stack.urls.webhook, stack.keys.privateKeyFile, Date.now());
    lines.push('Webhooks', `  ${stack.urls.webhook}`, 'Send one yourself', `  ${curl}`);
  }
  lines.push('Stop', '  Ctrl-C here, or: npm run stop', '');
  return lines.join('\n');
}

/** Throws away all state but what was fetched and built. @throws AlreadyRunning */
async function reset(stateDir: string): Promise<void> {
  const run = await readRun(stateDir);
  if (run !== null) throw new AlreadyRunning(run);
  await stopLeftovers(stateDir);
  await removePostgresData(join(stateDir, 'postgres'));
  const kept = new Set(['cache', 'install.lock']);
  const names = (await readdir(stateDir).catch(() => [])).filter((name) => !kept.has(name));
  for (const name of names) await rm(join(stateDir, name), { recursive: true, force: true });
}

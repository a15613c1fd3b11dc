import { isAlive, stopLeftovers } from '@hub/local-servers';
import { setTimeout as pause } from 'node:timers/promises';
import { STATE_DIR } from './paths.ts';
import { readRun } from './run-file.ts';

const DEADLINE_MS = 20_000;
const POLL_MS = 50;

/** `npm run stop`: ends the hub of this folder, from any terminal. Nothing running is what was wanted, too. */
export async function stop(): Promise<number> {
  const run = await readRun(STATE_DIR);
  if (run === null) {
    await stopLeftovers(STATE_DIR);
    process.stdout.write('EnterpriseHub is not running\n');
    return 0;
  }
  process.kill(run.launcher.pid, 'SIGTERM');
  const deadlineMs = Date.now() + DEADLINE_MS;
  while (await isAlive(run.launcher)) {
    if (Date.now() > deadlineMs) throw new Error(`pid ${run.launcher.pid} has not ended after ${DEADLINE_MS / 1000} s`);
    await pause(POLL_MS);
  }
  process.stdout.write('stopped\n');
  return 0;
}

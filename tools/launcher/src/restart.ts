import { setTimeout as pause } from 'node:timers/promises';
import { UsageError } from './options.ts';
import { STATE_DIR } from './paths.ts';
import { readRun } from './run-file.ts';

/** A little more than the gateway gives a new process to become ready. */
const DEADLINE_MS = 40_000;
const ANSWER_MS = 1_000;
const POLL_MS = 50;

const USAGE = 'npm run restart -- gateway';

/**
 * `npm run restart -- gateway`: a new process takes over from the one that serves, which finishes what it has. No connection
 * is refused meanwhile, and when the new one does not become ready, the old one goes on.
 */
export async function restart(args: readonly string[], signal: AbortSignal): Promise<number> {
  const [name, ...more] = args;
  if (name !== 'gateway' || more.length > 0) throw new UsageError(`only the gateway restarts by itself: ${USAGE}`);
  const unit = (await readRun(STATE_DIR))?.services.find((service) => service.name === name);
  const { pid = null, port = null } = unit ?? {};
  if (pid === null || port === null) {
    process.stderr.write('the gateway is not running\n');
    return 1;
  }
  const before = await instanceAt(port);
  process.kill(pid, 'SIGHUP');
  const deadlineMs = Date.now() + DEADLINE_MS;
  for (;;) {
    const now = await instanceAt(port);
    if (now !== null && now !== before) break;
    signal.throwIfAborted();
    if (Date.now() > deadlineMs) throw new Error('no new gateway became ready, the old one goes on: see its log');
    await pause(POLL_MS);
  }
  process.stdout.write('a new gateway serves; the old one finishes what it has\n');
  return 0;
}

/** Which process answers on a port; null while none does. */
async function instanceAt(port: number): Promise<string | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal: AbortSignal.timeout(ANSWER_MS) });
    return ((await response.json()) as { instanceId?: string }).instanceId ?? null;
  } catch {
    // Too busy, or just going away: asked again.
    return null;
  }
}

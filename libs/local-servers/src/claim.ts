import { mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';
import { stopProcess, type StopStep } from './stop-process.ts';

/** Who started which process; kept in a file so that the next run can tell. */
interface Claim {
  readonly process: ProcessIdentity;
  readonly owner: ProcessIdentity;
}

export class InUse extends Error {
  override readonly name = 'InUse';
}

/** A process left behind has nobody to wait for it: one polite signal (fast shutdown, for Postgres) is enough. */
const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 4_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
];

/** Where the claim of `name` is kept in a folder of state. */
export function claimFileOf(stateDir: string, name: string): string {
  return join(stateDir, 'pids', `${name}.json`);
}

/** Records that this process runs `pid`. @returns null when it is gone already. */
export async function claim(file: string, pid: number): Promise<ProcessIdentity | null> {
  const [started, owner] = await Promise.all([identityOf(pid), identityOf(process.pid)]);
  if (started === null || owner === null) return null;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify({ process: started, owner } satisfies Claim)}\n`);
  return started;
}

export async function release(file: string): Promise<void> {
  await rm(file, { force: true });
}

/**
 * Stops the process that a killed run left behind.
 * @throws InUse when the one who started it still runs.
 */
export async function stopLeftover(file: string, label: string): Promise<void> {
  const claimed = await readClaim(file);
  if (claimed !== null && (await isAlive(claimed.process))) {
    if (await isAlive(claimed.owner)) {
      throw new InUse(`${label} already runs (pid ${claimed.process.pid}, started by pid ${claimed.owner.pid})`);
    }
    await stopProcess(claimed.process, STOP_STEPS);
  }
  await release(file);
}

/**
 * Stops every process over `stateDir` whose owner was killed.
 * @throws InUse when an owner still runs.
 */
export async function stopLeftovers(stateDir: string): Promise<void> {
  const names = await readdir(join(stateDir, 'pids')).catch(() => []);
  await Promise.all(names.map((name) => stopLeftover(join(stateDir, 'pids', name), name.replace('.json', ''))));
}

async function readClaim(file: string): Promise<Claim | null> {
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Claim;
  } catch {
    // Cut short by a crash while it was written: the server's own locks still protect its data.
    return null;
  }
}

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { identityOf, isAlive, type ProcessIdentity } from './process-identity.ts';
import { stopProcess, type StopStep } from './stop-process.ts';

/** Who runs a server over a folder; kept in the folder so that the next run can tell. */
interface Claim {
  readonly server: ProcessIdentity;
  readonly owner: ProcessIdentity;
}

export class FolderInUse extends Error {
  override readonly name = 'FolderInUse';
}

const claimFile = (dir: string) => join(dir, 'server.json');

/** A server left behind has nobody to wait for: it gets one polite signal (fast shutdown, for Postgres). */
const STOP_STEPS: readonly StopStep[] = [
  { signal: 'SIGINT', waitMs: 4_000 },
  { signal: 'SIGKILL', waitMs: 2_000 },
];

/**
 * Stops the server over `dir` that a killed run left behind.
 * @throws FolderInUse when its owner still runs.
 */
export async function stopLeftover(dir: string, label: string): Promise<void> {
  const claim = await readClaim(dir);
  if (claim === null) return;
  if (await isAlive(claim.server)) {
    if (await isAlive(claim.owner)) {
      throw new FolderInUse(
        `${label} already runs over ${dir} (pid ${claim.server.pid}, started by ${claim.owner.pid})`,
      );
    }
    await stopProcess(claim.server, STOP_STEPS);
  }
  await release(dir);
}

/** Records that this process runs `serverPid` over `dir`. */
export async function claim(dir: string, serverPid: number): Promise<ProcessIdentity | null> {
  const [server, owner] = await Promise.all([identityOf(serverPid), identityOf(process.pid)]);
  if (server === null || owner === null) return null;
  await writeFile(claimFile(dir), `${JSON.stringify({ server, owner } satisfies Claim)}\n`);
  return server;
}

export async function release(dir: string): Promise<void> {
  await rm(claimFile(dir), { force: true });
}

async function readClaim(dir: string): Promise<Claim | null> {
  const text = await readFile(claimFile(dir), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    return JSON.parse(text) as Claim;
  } catch {
    // Cut short by a crash while it was written: the server's own locks still protect its data.
    return null;
  }
}

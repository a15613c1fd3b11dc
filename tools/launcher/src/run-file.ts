import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isAlive, type ProcessIdentity } from '@hub/local-servers';

export interface Urls {
  /** Where the live queue is. */
  readonly page: string;
  readonly webhook: string;
  /** Base of the realtime service: `/stream` and `/ws` are below it. */
  readonly stream: string;
}

export interface UnitStatus {
  readonly name: string;
  readonly state: string;
  readonly pid: number | null;
  readonly port: number | null;
}

/** What a running stack tells other commands, in `run.json`. Holds the owner's database URL: 0600, never print. */
export interface RunFile {
  readonly launcher: ProcessIdentity;
  readonly ready: boolean;
  readonly urls: Urls;
  readonly services: readonly UnitStatus[];
  readonly servers: readonly UnitStatus[];
  readonly databaseUrl: string | null;
}

const pathOf = (stateDir: string) => join(stateDir, 'run.json');

export async function writeRunFile(stateDir: string, run: RunFile): Promise<void> {
  await mkdir(stateDir, { recursive: true });
  const fresh = `${pathOf(stateDir)}.${process.pid}`;
  await writeFile(fresh, `${JSON.stringify(run, null, 2)}\n`, { mode: 0o600 });
  await rename(fresh, pathOf(stateDir));
}

/**
 * Writes the first record of a run, unless another run is there: of two that start together, one gets it.
 * @returns the other run, or null.
 */
export async function claimRunFile(stateDir: string, run: RunFile): Promise<RunFile | null> {
  const fresh = `${pathOf(stateDir)}.${randomUUID()}`;
  await mkdir(stateDir, { recursive: true });
  await writeFile(fresh, `${JSON.stringify(run)}\n`, { mode: 0o600 });
  try {
    for (;;) {
      const taken = await link(fresh, pathOf(stateDir)).then(
        () => false,
        (error: NodeJS.ErrnoException) => {
          if (error.code === 'EEXIST') return true;
          throw error;
        },
      );
      if (!taken) return null;
      const other = await readRun(stateDir);
      if (other !== null) return other;
      await removeRunFile(stateDir);
    }
  } finally {
    await rm(fresh, { force: true });
  }
}

export async function removeRunFile(stateDir: string): Promise<void> {
  await rm(pathOf(stateDir), { force: true });
}

/** The run over `stateDir`; null when none is running, whatever a killed one left behind. */
export async function readRun(
  stateDir: string,
  alive: (launcher: ProcessIdentity) => Promise<boolean> = isAlive,
): Promise<RunFile | null> {
  const text = await readFile(pathOf(stateDir), 'utf8').catch(() => null);
  if (text === null) return null;
  try {
    const run = JSON.parse(text) as RunFile;
    return (await alive(run.launcher)) ? run : null;
  } catch {
    // Unreadable: written by another version, or by hand. The claims of its processes still protect them.
    return null;
  }
}

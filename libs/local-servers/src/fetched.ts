import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isProgram, type Host } from './host.ts';
import { type Attempt, refused } from './resolve.ts';
import { inspect, type ProgramCheck } from './sources.ts';

/** Something that is fetched once into a folder of the project. */
export interface Fetch {
  /** Folder below the cache; names everything that makes one fetch differ from another. */
  readonly folder: string;
  readonly program: string;
  readonly check: ProgramCheck;
  /** For people. */
  readonly from: string;
  /** What can fetch it here, or why nothing can. */
  readonly means: () => Promise<Means | string>;
}

/** Fetches into `dir`. @returns null, or why it could not. */
export type Means = (dir: string) => Promise<string | null>;

/** The fetched program; fetches it when it is not there yet. */
export async function fetched(host: Host, { folder, program, check, from, means }: Fetch): Promise<Attempt> {
  const dir = join(host.cacheDir, `${folder}-${host.platform}-${host.arch}`);
  if ((await findProgram(dir, program)) === null) {
    const fetch = await means();
    if (typeof fetch === 'string') return refused(fetch);
    const failure = await intoPlace(dir, fetch);
    if (failure !== null) return refused(failure);
  }
  const path = await findProgram(dir, program);
  return path === null ? refused(`holds no ${program}`) : inspect(host, path, check, from);
}

/**
 * Fills a fresh folder and renames it to `dir`, so that a folder is either whole or absent, also when two
 * commands fetch at the same time.
 * @returns null, or why `fill` failed.
 */
async function intoPlace(dir: string, fill: Means): Promise<string | null> {
  await mkdir(join(dir, '..'), { recursive: true });
  const fresh = await mkdtemp(`${dir}.`);
  try {
    const failure = await fill(fresh);
    if (failure !== null) return failure;
    try {
      await rename(fresh, dir);
    } catch (error) {
      // Another command was faster: what it fetched is the same.
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
    return null;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** The program anywhere below `dir`; wheels differ in where they keep it, and some forget the executable bit. */
async function findProgram(dir: string, program: string): Promise<string | null> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (entry.name !== program || !entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    if (!isProgram(path)) await chmod(path, 0o755);
    return path;
  }
  return null;
}

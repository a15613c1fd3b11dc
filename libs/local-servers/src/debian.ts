import type { Host } from './host.ts';
import { refused, type Source } from './resolve.ts';
import { inspect, lastLine, type ProgramCheck } from './sources.ts';
import { formatVersion, isAtLeast, parseVersion } from './version.ts';

const INSTALL_TIMEOUT_MS = 300_000;

/** Installs Debian's package where we may, unless the version it offers is too old. */
export function fromDebian(packageName: string, program: string, check: ProgramCheck): Source {
  return {
    where: `Debian package ${packageName}`,
    find: async (host) => {
      const failure = await installDebianPackage(host, packageName, check);
      if (failure !== null) return refused(failure);
      const [path] = host.which(program);
      if (path === undefined) return refused(`installed, but ${program} is not on PATH`);
      return inspect(host, path, check, `Debian package ${packageName}`);
    },
  };
}

let queue: Promise<unknown> = Promise.resolve();

/** Installs a Debian package; one at a time, as dpkg has one lock. @returns null, or why it could not be. */
export function installDebianPackage(
  host: Host,
  packageName: string,
  check: ProgramCheck | null,
): Promise<string | null> {
  const result = queue.then(() => install(host, packageName, check));
  queue = result.catch(() => undefined);
  return result;
}

async function install(host: Host, packageName: string, check: ProgramCheck | null): Promise<string | null> {
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
  const { code, output } = await host.run(apt, args, { timeoutMs: INSTALL_TIMEOUT_MS, env });
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
  await host.run(apt, ['update', '-qq'], { timeoutMs: INSTALL_TIMEOUT_MS });
  return ask();
}

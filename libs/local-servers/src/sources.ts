import { dirname } from 'node:path';
import { type Attempt, type Source, refused } from './resolve.ts';
import type { Host } from './host.ts';
import { formatVersion, isAtLeast, parseVersion, type Version } from './version.ts';

/** What a program calls itself and its version, checked against what we need. */
export interface ProgramCheck {
  /** What makes it tell its version; `--version` when left out. */
  readonly versionArgs?: readonly string[];
  /** Oldest acceptable version, given what `--version` printed. */
  minimum(versionText: string): Version;
}

export function fromUrl(variable: string): Source {
  return {
    where: variable,
    find: async (host) => {
      const url = host.env[variable];
      return url === undefined || url === '' ? refused('not set') : { kind: 'url', url };
    },
  };
}

/** The first program of one of these names on PATH that is new enough. */
export function fromPath(names: readonly string[], check: ProgramCheck): Source {
  return {
    where: `${names.join(' or ')} on PATH`,
    find: async (host) => {
      const paths = names.flatMap((name) => host.which(name));
      return firstAccepted(paths, (path) => inspect(host, path, check, `${dirname(path)} on PATH`), 'none found');
    },
  };
}

/** The first accepted path; else every reason. */
export async function firstAccepted(
  paths: readonly string[],
  look: (path: string) => Promise<Attempt>,
  whenEmpty: string,
): Promise<Attempt> {
  const reasons: string[] = [];
  for (const path of paths) {
    const attempt = await look(path);
    if (attempt.kind !== 'refused') return attempt;
    reasons.push(attempt.reason);
  }
  return refused(reasons.length === 0 ? whenEmpty : reasons.join('; '));
}

/** Asks the program at `path` for its version. */
export async function inspect(host: Host, path: string, check: ProgramCheck, from: string): Promise<Attempt> {
  const { code, output } = await host.run(path, check.versionArgs ?? ['--version'], { timeoutMs: 10_000 });
  if (code !== 0) return refused(`${path} does not run: ${lastLine(output)}`);
  const version = parseVersion(output);
  if (version === null) return refused(`${path} does not tell its version`);
  const minimum = check.minimum(output);
  if (!isAtLeast(version, minimum)) {
    return refused(`${path} is ${formatVersion(version)}, needed is ${formatVersion(minimum)} or later`);
  }
  return { kind: 'program', path, version, from };
}

export function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? '';
}

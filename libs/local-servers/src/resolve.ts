import type { Host } from './host.ts';
import type { Version } from './version.ts';

/** Where a server is: already running somewhere, or a program to start. */
export type Found = { kind: 'url'; url: string } | { kind: 'program'; path: string; version: Version; from: string };

export type Attempt = Found | { kind: 'refused'; reason: string };

/** One place to look for a server. Refusing is an expected outcome, not an error. */
export interface Source {
  readonly where: string;
  find(host: Host): Promise<Attempt>;
}

/** Everything the launcher knows about getting one kind of server; `sources` are tried in order. */
export interface ServerKind {
  readonly label: string;
  readonly needed: string;
  readonly sources: readonly Source[];
  /** What a person can type, by system. */
  readonly help: Readonly<Record<'Debian' | 'macOS' | 'Docker', string>>;
}

export class ServerNotFound extends Error {
  override readonly name = 'ServerNotFound';
}

/**
 * The first source that has the server.
 * @throws ServerNotFound listing every source with its reason, and what to type to get the server.
 */
export async function resolveServer(kind: ServerKind, host: Host): Promise<Found> {
  const refusals: string[] = [];
  for (const source of kind.sources) {
    const attempt = await source.find(host);
    if (attempt.kind !== 'refused') return attempt;
    refusals.push(`  ${source.where}: ${attempt.reason}`);
  }
  const help = Object.entries(kind.help).map(([system, command]) => `  ${system}: ${command}`);
  throw new ServerNotFound(
    [`No ${kind.label} (${kind.needed}) was found. Tried:`, ...refusals, 'To get it:', ...help].join('\n'),
  );
}

export function refused(reason: string): Attempt {
  return { kind: 'refused', reason };
}

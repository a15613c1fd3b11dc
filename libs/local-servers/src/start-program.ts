import { resolve } from 'node:path';
import { claimFileOf } from './claim.ts';
import { externalServer } from './external-server.ts';
import { type Host, thisHost } from './host.ts';
import { ManagedProcess, type ProcessPlan, StartFailed } from './managed-process.ts';
import { freePort, requireFree } from './ports.ts';
import type { Question } from './probe.ts';
import { type Found, resolveServer, type ServerKind } from './resolve.ts';
import type { Server, ServerName, ServerOptions } from './server.ts';

export type Program = Extract<Found, { kind: 'program' }>;

/** What a plan is made for. */
export interface Site {
  readonly host: Host;
  readonly dir: string;
  readonly port: number;
}

/** How one kind of server is found and started. */
export interface ServerRecipe {
  readonly name: ServerName;
  readonly variable: string;
  readonly defaultPort: number;
  readonly question: Question;
  kind(dir: string): ServerKind | Promise<ServerKind>;
  plan(program: Program, site: Site): Promise<Omit<ProcessPlan, 'label' | 'logFile' | 'claimFile'> & { url: string }>;
}

/** Finds the server and starts it, or uses the one that the environment names. */
export async function startServer(recipe: ServerRecipe, options: ServerOptions): Promise<Server> {
  const { name } = recipe;
  const host = thisHost(options);
  const dir = resolve(options.stateDir, name);
  const kind = await recipe.kind(dir);
  const found = await resolveServer(kind, host);
  if (found.kind === 'url') {
    return externalServer(
      name,
      recipe.variable,
      found.url,
      recipe.defaultPort,
      recipe.question,
      options.reachableWithinMs,
    );
  }
  return onPort(options.port, kind.label, async (port) => {
    const { url, ...plan } = await recipe.plan(found, { host, dir, port });
    const logFile = resolve(options.stateDir, 'logs', `${name}.log`);
    const claimFile = claimFileOf(options.stateDir, name);
    const server = new ManagedProcess({ ...plan, label: kind.label, logFile, claimFile });
    await server.start(options.signal);
    const origin = `${found.from}, version ${found.version.join('.')}`;
    return Object.assign(server, { name, url, host: '127.0.0.1', port, origin });
  });
}

/** On the wanted port, or on a free one: between choosing and listening another process may take that one. */
async function onPort<T>(wanted: number | undefined, label: string, start: (port: number) => Promise<T>): Promise<T> {
  if (wanted !== undefined) {
    await requireFree(wanted, label);
    return start(wanted);
  }
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort());
    } catch (error) {
      const taken = error instanceof StartFailed && /address already in use/i.test(error.message);
      if (!taken || attempt === 3) throw error;
    }
  }
}

import { resolve } from 'node:path';
import { externalServer } from './external-server.ts';
import { type Host, thisHost } from './host.ts';
import { LocalServer, ServerFailed, type ServerPlan } from './local-server.ts';
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

export interface ServerRecipe {
  readonly name: ServerName;
  readonly variable: string;
  readonly defaultPort: number;
  readonly question: Question;
  kind(dir: string): ServerKind | Promise<ServerKind>;
  plan(program: Program, site: Site): Promise<Omit<ServerPlan, 'name' | 'origin' | 'port' | 'dir' | 'logFile'>>;
}

/** Finds the server and starts it, or uses the one that the environment names. */
export async function startServer(recipe: ServerRecipe, options: ServerOptions): Promise<Server> {
  const host = thisHost(options);
  const dir = resolve(options.stateDir, recipe.name);
  const kind = await recipe.kind(dir);
  const found = await resolveServer(kind, host);
  if (found.kind === 'url') {
    return externalServer(recipe.name, recipe.variable, found.url, recipe.defaultPort, recipe.question);
  }
  return onPort(options.port, kind.label, async (port) => {
    const plan = await recipe.plan(found, { host, dir, port });
    const origin = `${found.from}, version ${found.version.join('.')}`;
    const logFile = resolve(options.stateDir, 'logs', `${recipe.name}.log`);
    const server = new LocalServer({ ...plan, name: recipe.name, origin, port, dir, logFile });
    await server.start();
    return server;
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
      const taken = error instanceof ServerFailed && /address already in use/i.test(error.message);
      if (!taken || attempt === 3) throw error;
    }
  }
}

import { runCommand } from '@hub/local-servers';
import { DATABASE_CLI } from './paths.ts';

/** What the launcher does to the database, as its owner. */
export interface DatabaseOwner {
  migrate(servicePassword: string): Promise<void>;
  addTenant(id: string, name: string): Promise<void>;
  /** A link that signs one person in once, to every tenant. */
  signInLink(page: string): Promise<string>;
}

/** Through the command of libs/database, so that no database driver is loaded here. */
export function databaseOwner(databaseUrl: string, signal?: AbortSignal): DatabaseOwner {
  const run = async (args: string[], env: Record<string, string> = {}): Promise<string> => {
    const { code, output } = await runCommand(process.execPath, [DATABASE_CLI, ...args], {
      timeoutMs: 120_000,
      ...(signal && { signal }),
      env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: databaseUrl, ...env },
    });
    if (code !== 0) throw new Error(`database ${args[0]} failed:\n${output.trim()}`);
    return output;
  };
  return {
    migrate: async (servicePassword) => {
      await run(['migrate'], { SERVICE_DATABASE_PASSWORD: servicePassword });
    },
    addTenant: async (id, name) => {
      await run(['add-tenant', '--id', id, '--name', name]);
    },
    signInLink: async (page) => {
      const output = await run(['sign-in-link', '--user', 'owner', '--name', 'Owner', '--tenants', '*']);
      return `${page}/signin?token=${(JSON.parse(output) as { token: string }).token}`;
    },
  };
}

/** The database URL of the services' login. */
export function serviceUrl(ownerUrl: string, password: string): string {
  const url = new URL(ownerUrl);
  url.username = SERVICE_LOGIN;
  url.password = password;
  return url.href;
}

/** Made by libs/database when it migrates. */
const SERVICE_LOGIN = 'hub_service';

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withoutServerUrls } from './bring-up.ts';
import { serviceUrl } from './database-cli.ts';
import { follow } from './follow.ts';
import { ROOT, STATE_DIR } from './paths.ts';
import { readRun } from './run-file.ts';
import { loadSecrets } from './secrets.ts';

/** `npm run drill -- <name> …`: on servers of its own. */
export function drill(args: readonly string[], signal: AbortSignal): Promise<number> {
  return run('drill', args, withoutServerUrls(process.env), signal);
}

/** `npm run hub -- <command> …`: against the hub of this folder, or the one that HUB_URL and HUB_SESSION name. */
export async function hub(args: readonly string[], signal: AbortSignal): Promise<number> {
  if ((process.env['HUB_URL'] ?? '') !== '') return run('hub', args, process.env, signal);
  const running = await readRun(STATE_DIR);
  const local =
    running === null
      ? {}
      : {
          HUB_URL: running.urls.page,
          HUB_SESSION_SECRET: (await readFile(join(STATE_DIR, 'session-secret'), 'utf8')).trim(),
        };
  return run('hub', args, { ...process.env, ...local }, signal);
}

/**
 * `npm run train -- …` and what else lies in tools/learn: on the database that DATABASE_URL names, else on that of the
 * hub running from this folder, through the login of its services.
 */
export function learn(command: 'train' | 'models' | 'evaluate') {
  return async (args: readonly string[], signal: AbortSignal): Promise<number> => {
    const running = (process.env['DATABASE_URL'] ?? '') === '' ? await readRun(STATE_DIR) : null;
    const databaseUrl = running?.databaseUrl ?? null;
    const nats = running?.servers.find(({ name }) => name === 'nats')?.port ?? undefined;
    const local =
      databaseUrl === null
        ? {}
        : {
            DATABASE_URL: serviceUrl(databaseUrl, (await loadSecrets(STATE_DIR)).serviceDatabasePassword),
            ...(nats === undefined ? {} : { NATS_URL: `nats://127.0.0.1:${nats}` }),
          };
    return start(join('learn', 'src', command), args, { ...process.env, ...local }, signal);
  };
}

function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  return start(join(name, 'src'), args, env, signal);
}

function start(folder: string, args: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const main = join(ROOT, 'tools', folder, 'main.ts');
  return follow(process.execPath, ['--conditions=source', main, ...args], env, signal);
}

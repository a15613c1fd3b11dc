import { chown, cp, mkdir, readFile, realpath, rm, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { makeCommonFolder } from './common-folder.ts';
import type { Host } from './host.ts';
import type { Launch } from './spawn-logged.ts';

/**
 * Postgres refuses to run as root. `namespace`: root appears to it as an ordinary user, and files stay root's.
 * `user`: it runs as another user, over files that this user can reach.
 */
export type Account =
  | { kind: 'self' }
  | { kind: 'namespace'; uid: number }
  | { kind: 'user'; uid: number; gid: number };

const NOBODY = 65_534;

export async function chooseAccount(host: Host): Promise<Account> {
  if (!host.isRoot) return { kind: 'self' };
  const passwd = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const uid = namedUser(passwd);
  const namespace: Account = { kind: 'namespace', uid };
  const probe = asAccount(namespace, 'true', []);
  const { code } = await host.run(probe.command, probe.args, { timeoutMs: 5_000 });
  return code === 0 ? namespace : { kind: 'user', uid: NOBODY, gid: NOBODY };
}

/** An ordinary user that has a name: initdb looks its own up. */
export function namedUser(passwd: string): number {
  const uids = passwd.split('\n').flatMap((line) => {
    const uid = Number(line.split(':')[2] ?? Number.NaN);
    return Number.isInteger(uid) && uid > 0 && uid < NOBODY ? [uid] : [];
  });
  return uids.includes(1000) ? 1000 : (uids[0] ?? NOBODY);
}

/** The command as that account runs it. `unshare` becomes the program itself: the pid is the program's. */
export function asAccount(account: Account, command: string, args: readonly string[]): Launch {
  if (account.kind === 'self') return { command, args };
  if (account.kind === 'user') return { command, args, uid: account.uid, gid: account.gid };
  const map = ['-U', `--map-user=${account.uid}`, `--map-group=${account.uid}`];
  return { command: 'unshare', args: [...map, '--', command, ...args] };
}

/** Programs and a data folder that the account can use. */
export interface Premises {
  readonly postgres: string;
  readonly dataParent: string;
}

/**
 * For another user, moves what it cannot reach (a checkout under /root) to a folder of our own in /var/tmp;
 * `dir/data` then leads there.
 * @throws Error when someone else has made that folder.
 */
export async function premises(host: Host, account: Account, postgres: string, dir: string): Promise<Premises> {
  await mkdir(dir, { recursive: true });
  if (account.kind !== 'user') return { postgres, dataParent: dir };
  const canRun = (await runAs(host, account, postgres, ['--version'])) === 0;
  const canEnter = (await runAs(host, account, 'sh', ['-c', 'cd "$0"', dir])) === 0;
  const dataParent = canEnter ? join(dir, 'as-user') : await makeCommonFolder(account, dir);
  await mkdir(dataParent, { recursive: true, mode: 0o700 });
  await chown(dataParent, account.uid, account.gid);
  return { postgres: canRun ? postgres : await copyInstallation(postgres, dataParent), dataParent };
}

async function runAs(host: Host, account: Account & { kind: 'user' }, command: string, args: string[]) {
  const { uid, gid } = account;
  return (await host.run(command, args, { timeoutMs: 10_000, cwd: '/', uid, gid })).code;
}

async function copyInstallation(postgres: string, to: string): Promise<string> {
  const installation = dirname(dirname(await realpath(postgres)));
  const copy = join(to, 'programs');
  await rm(copy, { recursive: true, force: true });
  await cp(installation, copy, { recursive: true, verbatimSymlinks: true });
  return join(copy, 'bin', basename(postgres));
}

/** Gives a folder to the account where it is another user. */
export async function give(account: Account, path: string): Promise<void> {
  if (account.kind === 'user') await chown(path, account.uid, account.gid);
}

/** Leaves `dir/data` leading to where the data really is. */
export async function linkData(dir: string, dataDir: string): Promise<void> {
  const link = join(dir, 'data');
  if (link === dataDir) return;
  await rm(link, { force: true });
  await symlink(dataDir, link);
}

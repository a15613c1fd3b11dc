import { createHash } from 'node:crypto';
import { access, lstat, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

/** Kept over reboots, unlike /tmp, and open to every user. */
const COMMON_DIR = '/var/tmp';
const PREFIX = 'enterprisehub-';
/** Names the folder that a common one belongs to, so that it can be removed once that is gone. */
const OWNER_FILE = 'belongs-to';

/**
 * The folder in /var/tmp for what cannot be in `dir`; made where it is missing.
 * @throws Error when someone else has made it: what is in it would not be ours.
 */
export async function makeCommonFolder(account: { uid: number }, dir: string): Promise<string> {
  await removeOrphans();
  const folder = commonFolderOf(dir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await lstat(folder);
  if (uid !== 0 && uid !== account.uid)
    throw new Error(`${folder} belongs to user ${uid}: remove it, then start again`);
  await writeFile(join(folder, OWNER_FILE), resolve(dir));
  return folder;
}

/** Removes everything that Postgres has over the folder `dir`, wherever it is. */
export async function removePostgresData(dir: string): Promise<void> {
  await rm(commonFolderOf(dir), { recursive: true, force: true });
  await rm(dir, { recursive: true, force: true });
}

function commonFolderOf(dir: string): string {
  return join(COMMON_DIR, `${PREFIX}${createHash('sha256').update(resolve(dir)).digest('hex').slice(0, 16)}`);
}

/** Common folders of state that was deleted, such as with a whole checkout. */
async function removeOrphans(): Promise<void> {
  for (const name of await readdir(COMMON_DIR)) {
    if (!name.startsWith(PREFIX)) continue;
    const owner = await readFile(join(COMMON_DIR, name, OWNER_FILE), 'utf8').catch(() => null);
    const isOrphan =
      owner !== null &&
      (await access(owner).then(
        () => false,
        () => true,
      ));
    if (isOrphan) await rm(join(COMMON_DIR, name), { recursive: true, force: true });
  }
}

import { copyFile, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';

const MAX_BYTES = 10_000_000;

/**
 * Keeps each log of a folder under 10 MB and the one before it as `<name>.log.1`. Copied and cut, not renamed: the
 * process that writes keeps its file open. Lines written between copy and cut are lost.
 */
export async function rotateLogs(dir: string): Promise<void> {
  const names = (await readdir(dir).catch(() => [])).filter((name) => name.endsWith('.log'));
  for (const name of names) {
    const path = join(dir, name);
    if ((await stat(path)).size < MAX_BYTES) continue;
    await copyFile(path, `${path}.1`);
    await truncate(path);
  }
}

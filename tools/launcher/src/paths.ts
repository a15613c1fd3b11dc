import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the checkout. */
export const ROOT = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '');

const HUB_DIR = join(ROOT, '.hub');

/** State of `npm start`: data, keys, logs. */
export const STATE_DIR = process.env['HUB_STATE_DIR'] ?? HUB_DIR;

/** What was fetched or built once, for every command. */
export const CACHE_DIR = join(HUB_DIR, 'cache');

export const BROKERAGE = join(ROOT, 'tools', 'brokerage', 'src', 'main.ts');
export const DATABASE_CLI = join(ROOT, 'libs', 'database', 'dist', 'cli.js');

export function appEntry(name: string): string {
  return join(ROOT, 'apps', name, 'dist', 'main.js');
}

import { follow } from './follow.ts';
import { ROOT } from './paths.ts';
import { withoutServerUrls } from './bring-up.ts';
import { join } from 'node:path';

/** `npm run bench -- <name> …`: on servers of its own. */
export function bench(args: readonly string[], signal: AbortSignal): Promise<number> {
  const main = join(ROOT, 'tools', 'bench', 'src', 'main.ts');
  return follow(process.execPath, ['--conditions=source', main, ...args], withoutServerUrls(process.env), signal);
}

import { rssBytesOf } from '@hub/local-servers';
import { UsageError } from './options.ts';
import { STATE_DIR } from './paths.ts';
import { readRun } from './run-file.ts';
import { withMemory } from './stack.ts';
import { statusLines } from './status-line.ts';

const NOT_RUNNING = { ready: false, urls: { page: null, webhook: null }, services: [] };

/** `npm run status`: what runs from this folder. @returns 0 when all of it is ready. */
export async function status(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => arg !== '--json');
  if (unknown !== undefined) throw new UsageError(`unknown option ${unknown}\nnpm run status -- [--json]`);
  const run = await readRun(STATE_DIR);
  const current = run === null ? NOT_RUNNING : await withMemory(run);
  if (args.includes('--json')) {
    const { ready, services } = current;
    const { page, webhook } = current.urls;
    process.stdout.write(`${JSON.stringify({ ready, urls: { page, webhook }, services })}\n`);
  } else if (run === null) {
    process.stdout.write('EnterpriseHub is not running; start it: npm start\n');
  } else {
    // Postgres' children share most of their memory, which would count once for each.
    const servers = await withMemory({ ...run, services: run.servers }, rssBytesOf);
    const lines = [`page      ${run.urls.page}`, `webhooks  ${run.urls.webhook}`, ''];
    process.stdout.write(`${[...lines, ...statusLines([...current.services, ...servers.services])].join('\n')}\n`);
  }
  return current.ready ? 0 : 1;
}

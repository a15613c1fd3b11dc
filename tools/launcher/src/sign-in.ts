import { databaseOwner } from './database-cli.ts';
import { STATE_DIR } from './paths.ts';
import { readRun } from './run-file.ts';

/** `npm run signin`: a fresh one-time link to the running hub. */
export async function printSignInLink(): Promise<number> {
  const run = await readRun(STATE_DIR);
  if (run?.databaseUrl === undefined || run.databaseUrl === null) {
    process.stderr.write('EnterpriseHub is not running; start it: npm start\n');
    return 1;
  }
  process.stdout.write(`${await databaseOwner(run.databaseUrl).signInLink(run.urls.page)}\n`);
  return 0;
}

import { bench } from './bench.ts';
import { cancelOnSignals } from './cancel.ts';
import { UsageError } from './options.ts';
import { restart } from './restart.ts';
import { printSignInLink } from './sign-in.ts';
import { start } from './start.ts';
import { status } from './status.ts';
import { stop } from './stop.ts';
import { test } from './test.ts';
import { drill, hub, learn } from './tool.ts';

/** Each gives the exit code of the process. */
type Command = (args: readonly string[], signal: AbortSignal) => Promise<number>;

const COMMANDS: Readonly<Record<string, Command>> = {
  start,
  stop,
  status,
  restart,
  test,
  bench,
  drill,
  hub,
  train: learn('train'),
  evaluate: learn('evaluate'),
  models: learn('models'),
  signin: printSignInLink,
};

const [name = '', ...args] = process.argv.slice(2);
const command = COMMANDS[name];
try {
  if (command === undefined) throw new UsageError(`no command ${name}; there are: ${Object.keys(COMMANDS).join(', ')}`);
  process.exit(await command(args, cancelOnSignals()));
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(error instanceof UsageError ? 2 : 1);
}

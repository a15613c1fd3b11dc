import { HubApi } from './hub-api.ts';
import { UsageError } from './usage-error.ts';

/** Each prints its answer and gives the exit code of the process. */
export type Command = (api: HubApi, args: readonly string[]) => Promise<number>;

const COMMANDS: Readonly<Record<string, { readonly usage: string; readonly run: Command }>> = {};

const USAGE = ['npm run hub -- <command>', ...Object.values(COMMANDS).map(({ usage }) => `  ${usage}`)].join('\n');

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (command === undefined) throw new UsageError(name === '' ? USAGE : `no command ${name}\n${USAGE}`);
  process.exitCode = await command.run(HubApi.fromEnv(process.env), args);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

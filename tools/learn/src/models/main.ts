import { UsageError } from '@hub/hub/terminal';
import { add } from './add.ts';
import { promote, retire, rollback, shadow } from './change.ts';
import type { Command } from './command.ts';
import { exportModel } from './export-model.ts';
import { list } from './list.ts';
import { check } from './outcomes/check.ts';
import { compare } from './outcomes/compare.ts';
import { openRegistry } from './open-registry.ts';
import { replayDemo } from './replay/demo.ts';
import { replay } from './replay/replay.ts';
import { show } from './show.ts';

const COMMANDS: Readonly<Record<string, { readonly usage: string; readonly run: Command }>> = {
  list: { usage: 'list [--json]', run: list },
  show: { usage: 'show MODEL [--json]', run: show },
  add: { usage: 'add FOLDER [--because TEXT] [--by NAME] [--json]', run: add },
  shadow: { usage: 'shadow MODEL [--because TEXT] [--by NAME] [--json]', run: shadow },
  promote: { usage: 'promote MODEL [--because TEXT] [--by NAME] [--yes] [--json]', run: promote },
  retire: { usage: 'retire MODEL [--because TEXT] [--by NAME] [--yes] [--json]', run: retire },
  rollback: { usage: 'rollback NAME [--because TEXT] [--by NAME] [--yes] [--json]', run: rollback },
  compare: { usage: 'compare MODEL MODEL [--json]', run: compare },
  check: { usage: 'check MODEL [--json]', run: check },
  replay: { usage: 'replay [--sample N] [--seed N] [--demo] [--json]', run: replay },
  export: { usage: 'export MODEL [--to FOLDER] [--json]', run: exportModel },
};

const USAGE = [
  'npm run models -- <command>',
  ...Object.values(COMMANDS).map(({ usage }) => `  ${usage}`),
  'MODEL is name@version, name@champion or the beginning of a hash, for check and compare also name@prior;',
  'NAME is conversion, goingCold or match.',
].join('\n');

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}
const [name = '', ...args] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (command === undefined) throw new UsageError(name === '' ? USAGE : `no command ${name}\n${USAGE}`);
  if (args.includes('--help')) process.stdout.write(`npm run models -- ${command.usage}\n`);
  else if (name === 'replay' && args.includes('--demo')) process.exitCode = await replayDemo(args, stopping.signal);
  else {
    const registry = openRegistry(process.env);
    try {
      process.exitCode = await command.run(registry, args);
    } finally {
      await registry.database.close();
    }
  }
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

import { UsageError } from '@hub/hub/terminal';
import { add } from './add.ts';
import { promote, retire, rollback, shadow } from './change.ts';
import type { Command } from './command.ts';
import { exportModel } from './export-model.ts';
import { list } from './list.ts';
import { openRegistry } from './open-registry.ts';
import { show } from './show.ts';

const COMMANDS: Readonly<Record<string, { readonly usage: string; readonly run: Command }>> = {
  list: { usage: 'list [--json]', run: list },
  show: { usage: 'show MODEL [--json]', run: show },
  add: { usage: 'add FOLDER [--because TEXT] [--by NAME] [--json]', run: add },
  shadow: { usage: 'shadow MODEL [--because TEXT] [--by NAME] [--json]', run: shadow },
  promote: { usage: 'promote MODEL [--because TEXT] [--by NAME] [--yes] [--json]', run: promote },
  retire: { usage: 'retire MODEL [--because TEXT] [--by NAME] [--yes] [--json]', run: retire },
  rollback: { usage: 'rollback NAME [--because TEXT] [--by NAME] [--yes] [--json]', run: rollback },
  export: { usage: 'export MODEL [--to FOLDER] [--json]', run: exportModel },
};

const USAGE = [
  'npm run models -- <command>',
  ...Object.values(COMMANDS).map(({ usage }) => `  ${usage}`),
  'MODEL is name@version, name@champion or the beginning of a hash; NAME is conversion, goingCold or match.',
].join('\n');

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (command === undefined) throw new UsageError(name === '' ? USAGE : `no command ${name}\n${USAGE}`);
  if (args.includes('--help')) process.stdout.write(`npm run models -- ${command.usage}\n`);
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

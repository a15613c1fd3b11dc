import { UsageError } from '@hub/hub/terminal';
import { add } from './add.ts';
import { promote, retire, rollback, shadow } from './change.ts';
import type { Command } from './command.ts';
import { exportModel } from './export-model.ts';
import { list } from './list.ts';
import { openRegistry } from './open-registry.ts';
import { check } from './outcomes/check.ts';
import { compare } from './outcomes/compare.ts';
import { recalibrate } from './outcomes/recalibrate.ts';
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
  recalibrate: { usage: 'recalibrate MODEL [--because TEXT] [--by NAME] [--yes] [--json]', run: recalibrate },
  replay: { usage: 'replay [--sample N] [--seed N] [--demo] [--json]', run: replay },
  export: { usage: 'export MODEL [--to FOLDER] [--json]', run: exportModel },
};

const USAGE = [
  'npm run models -- <command>',
  ...Object.values(COMMANDS).map(({ usage }) => `  ${usage}`),
  'MODEL is name@version, name@champion or the beginning of a hash, for check and compare also name@prior;',
  'NAME is conversion, goingCold or match.',
].join('\n');

/**
 * One command line. What went wrong is on stderr.
 * @returns The exit code: 2 for a line that means nothing, 1 where something was refused, failed or differs.
 */
export async function runModels(line: readonly string[], env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const [name = '', ...args] = line;
  try {
    const command = COMMANDS[name];
    if (command === undefined) throw new UsageError(name === '' ? USAGE : `no command ${name}\n${USAGE}`);
    if (args.includes('--help')) {
      process.stdout.write(`npm run models -- ${command.usage}\n`);
      return 0;
    }
    if (name === 'replay' && args.includes('--demo')) {
      // Only now: it brings all with it that starts servers.
      const { replayDemo } = await import('./replay/demo.ts');
      return await replayDemo(args, signal);
    }
    return await onRegistry(command.run, args, env);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return error instanceof UsageError ? 2 : 1;
  }
}

async function onRegistry(run: Command, args: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const registry = openRegistry(env);
  try {
    return await run(registry, args);
  } finally {
    await registry.database.close();
  }
}

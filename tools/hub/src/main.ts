import { alerts } from './alerts.ts';
import type { Command } from './command.ts';
import { dead, DEAD_USAGE } from './dead/dead.ts';
import { deliveries, DELIVERIES_USAGE } from './deliveries/deliveries.ts';
import { downtime } from './downtime.ts';
import { duplicates } from './duplicates.ts';
import { grade } from './grade.ts';
import { HubApi } from './hub-api.ts';
import { ledger } from './ledger.ts';
import { refusals } from './refusals.ts';
import { replays, REPLAYS_USAGE } from './replays/replays.ts';
import { schema } from './schema.ts';
import { sources, SOURCES_USAGE } from './sources/sources.ts';
import { UsageError } from './usage-error.ts';

const COMMANDS: Readonly<Record<string, { readonly usage: string; readonly run: Command }>> = {
  ledger: { usage: 'ledger [--tenant ID] [--minutes N] [--json]', run: ledger },
  duplicates: { usage: 'duplicates --tenant ID [--limit N] [--json]', run: duplicates },
  downtime: { usage: 'downtime [--service NAME] [--limit N] [--json]', run: downtime },
  schema: { usage: 'schema [changes] [--source ID] [--type NAME] [--json]', run: schema },
  sources: { usage: SOURCES_USAGE, run: sources },
  refusals: { usage: 'refusals [--limit N] [--json]', run: refusals },
  dead: { usage: DEAD_USAGE, run: dead },
  deliveries: { usage: DELIVERIES_USAGE, run: deliveries },
  replays: { usage: REPLAYS_USAGE, run: replays },
  grade: { usage: 'grade [--tenant ID] [--json]', run: grade },
  alerts: { usage: 'alerts [--state open|closed|all] [--limit N] [--json]', run: alerts },
};

const USAGE = ['npm run hub -- <command>', ...Object.values(COMMANDS).map(({ usage }) => `  ${usage}`)].join('\n');

const [name = '', ...args] = process.argv.slice(2);
try {
  const command = COMMANDS[name];
  if (command === undefined) throw new UsageError(name === '' ? USAGE : `no command ${name}\n${USAGE}`);
  if (args.includes('--help')) process.stdout.write(`npm run hub -- ${command.usage}\n`);
  else process.exitCode = await command.run(HubApi.fromEnv(process.env), args);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

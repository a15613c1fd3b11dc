import { print, readCommandLine, table, timeText } from '@hub/hub/terminal';
import { type ListedModel, listModels } from '@hub/database/registry';
import type { Command } from './command.ts';
import { SHORT_HASH } from './find-model.ts';

export const list: Command = async ({ database }, args) => {
  const { flags } = readCommandLine(args, { names: [], flags: ['json'], mostWords: 0 });
  const models = await listModels(database);
  print(flags.has('json'), { models }, listText(models));
  return 0;
};

export function listText(models: readonly ListedModel[]): string {
  if (models.length === 0) {
    return 'no model is registered: the priors serve. npm run train makes one, npm run models -- add takes it in\n';
  }
  const rows = models.map(({ name, version, state, hash, createdAtMs }) => [
    name,
    version,
    state,
    hash.slice(0, SHORT_HASH),
    timeText(createdAtMs),
  ]);
  return table(['model', 'version', 'state', 'hash', 'registered'], rows);
}

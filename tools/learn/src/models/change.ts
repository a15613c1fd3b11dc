import { userInfo } from 'node:os';
import { type CommandLine, confirm, print, readCommandLine, UsageError } from '@hub/hub/terminal';
import {
  type Because,
  championOf,
  changeModel,
  changesOf,
  type ListedModel,
  listModels,
  type ModelCommand,
  servedBefore,
} from '@hub/database/registry';
import { type Command, Refused, type Registry } from './command.ts';
import { findModel, nameOf } from './find-model.ts';

const KNOWN = { names: ['because', 'by'], flags: ['json', 'yes'], mostWords: 1 } as const;

export const shadow: Command = (registry, args) => changeOne(registry, 'shadow', args);
export const promote: Command = (registry, args) => changeOne(registry, 'promote', args);
export const retire: Command = (registry, args) => changeOne(registry, 'retire', args);

/** `rollback <name>`: what served before serves again. */
export const rollback: Command = async (registry, args) => {
  const line = readCommandLine(args, KNOWN);
  const [name] = line.words;
  if (name === undefined) throw new UsageError('rollback needs the name of a model: conversion, goingCold or match');
  const models = (await listModels(registry.database)).filter((model) => model.name === name);
  if (models.length === 0) throw new Refused(`no model ${name} is registered: nothing to roll back`);
  const before = servedBefore(await changesOf(registry.database, name));
  const question = `roll back ${name}: ${serving(models, before ?? null)} will serve in place of ${serving(models, championOf(models))}?`;
  return carryOut(registry, { name, models, command: { action: 'rollback' }, question, line });
};

async function changeOne(
  registry: Registry,
  action: 'shadow' | 'promote' | 'retire',
  args: readonly string[],
): Promise<number> {
  const line = readCommandLine(args, KNOWN);
  const [word] = line.words;
  if (word === undefined) throw new UsageError(`${action} needs a model: name@version or the beginning of its hash`);
  const all = await listModels(registry.database);
  const model = findModel(all, word);
  const models = all.filter(({ name }) => name === model.name);
  const command: ModelCommand = { action, model: model.hash };
  return carryOut(registry, { name: model.name, models, command, question: questionOf(action, model, models), line });
}

/** null: nothing that decides changes, so nobody is asked. */
function questionOf(
  action: 'shadow' | 'promote' | 'retire',
  model: ListedModel,
  models: readonly ListedModel[],
): string | null {
  const now = serving(models, championOf(models));
  if (action === 'promote') {
    const untried = model.state === 'candidate' ? ', though it was never a shadow' : '';
    return `promote ${nameOf(model)}: it will decide in place of ${now}${untried}?`;
  }
  if (action === 'retire' && model.state === 'champion')
    return `retire ${nameOf(model)}: ${serving([], null)} will serve?`;
  return null;
}

interface Change {
  readonly name: string;
  readonly models: readonly ListedModel[];
  readonly command: ModelCommand;
  readonly question: string | null;
  readonly line: CommandLine;
}

async function carryOut(registry: Registry, { name, models, command, question, line }: Change): Promise<number> {
  const { flags, values } = line;
  if (question !== null && !flags.has('yes') && !(await confirm(question))) {
    process.stderr.write('nothing was changed\n');
    return 1;
  }
  const step = await changeModel(registry.database, name, command, championOf(models), because(values));
  if (step.kind === 'refused') throw new Refused(step.why);
  await registry.changed(name);
  const states = Object.fromEntries(
    [...step.states].map(([hash, state]) => [
      nameOf(models.find((model) => model.hash === hash) ?? { name, version: hash }),
      state,
    ]),
  );
  const text = Object.entries(states).map(([model, state]) => `${model} is ${state} now\n`);
  const after = models.map((model) => ({ ...model, state: step.states.get(model.hash) ?? model.state }));
  const serves = serving(after, championOf(after));
  print(flags.has('json'), { name, states, serves: championOf(after) }, `${text.join('')}${name}: ${serves} serves\n`);
  return 0;
}

/** Who commands and why, for the history. */
export function because(values: CommandLine['values']): Because {
  return {
    atMs: Date.now(),
    actor: values['by'] ?? userInfo().username,
    reason: values['because'] ?? 'no reason given',
  };
}

function serving(models: readonly ListedModel[], hash: string | null): string {
  const model = models.find((one) => one.hash === hash);
  return model === undefined ? 'what this build brings' : nameOf(model);
}

/**
 * `candidate`: registered, decides nothing. `shadow`: scores what the champion scores, without effect. `champion`: decides.
 * `retired`: decides no more; what it decided stays explained.
 */
export type ModelState = 'candidate' | 'shadow' | 'champion' | 'retired';

export interface RegisteredModel {
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  readonly state: ModelState;
}

/** A command that was carried out, as the history keeps it. */
export interface ModelChange {
  readonly action: 'add' | 'shadow' | 'promote' | 'retire' | 'rollback';
  /** What it was about; after a roll back what serves again, null for the prior. */
  readonly model: string | null;
  /** The champion that left. */
  readonly replaced: string | null;
}

export type ModelCommand =
  | { readonly action: 'shadow' | 'promote' | 'retire'; readonly model: string }
  | { readonly action: 'rollback' };

/** What a command comes to: states that change, and the line for the history; or why nothing does. */
export type Step =
  | { readonly kind: 'changes'; readonly states: ReadonlyMap<string, ModelState>; readonly change: ModelChange }
  | { readonly kind: 'refused'; readonly why: string };

const FROM: Readonly<Record<'shadow' | 'promote' | 'retire', readonly ModelState[]>> = {
  // What was retired may be tried once more, but not decide without having been tried.
  shadow: ['candidate', 'retired'],
  promote: ['candidate', 'shadow'],
  retire: ['candidate', 'shadow', 'champion'],
};

const INSTEAD: Readonly<Record<string, string>> = {
  'promote of retired': 'make it a shadow first, or roll back to what served before',
  'promote of champion': 'it decides already',
  'shadow of champion': 'roll back, or promote another',
  'shadow of shadow': 'it is one already',
  'retire of retired': 'it is already',
};

/**
 * What a command does to the models of one name.
 * @param models All registered under that name.
 * @param history All changes to them, oldest first.
 * @param seen Hash of the champion that whoever commands believes to be there (null: the prior serves): two that change
 *   the same at once must not both have their way.
 */
export function stepOf(
  models: readonly RegisteredModel[],
  history: readonly ModelChange[],
  command: ModelCommand,
  seen: string | null,
): Step {
  const champion = championOf(models);
  if (champion !== seen) return refused(`meanwhile ${describe(models, champion)} serves: look again`);
  if (command.action === 'rollback') return rollback(models, history, champion);
  const model = models.find(({ hash }) => hash === command.model);
  if (model === undefined) return refused(`no model of this name has the hash ${command.model}`);
  if (!FROM[command.action].includes(model.state)) {
    const instead = INSTEAD[`${command.action} of ${model.state}`];
    const hint = instead === undefined ? '' : `: ${instead}`;
    return refused(`${model.name} ${model.version} is ${model.state}, ${command.action} takes no such model${hint}`);
  }
  return changeTo(command.action, model, champion);
}

function changeTo(action: 'shadow' | 'promote' | 'retire', { hash }: RegisteredModel, champion: string | null): Step {
  if (action === 'promote') {
    const leaves: [string, ModelState][] = champion === null ? [] : [[champion, 'retired']];
    return changes([...leaves, [hash, 'champion']], { action, model: hash, replaced: champion });
  }
  const replaced = action === 'retire' && hash === champion ? hash : null;
  return changes([[hash, action === 'shadow' ? 'shadow' : 'retired']], { action, model: hash, replaced });
}

/** Undoes the latest change of who serves that is not undone yet. */
function rollback(models: readonly RegisteredModel[], history: readonly ModelChange[], champion: string | null): Step {
  const before = servedBefore(history);
  if (before === undefined) return refused('nothing was ever promoted: there is nothing to roll back to');
  const leaves: [string, ModelState][] = champion === null ? [] : [[champion, 'retired']];
  const comes: [string, ModelState][] = before === null ? [] : [[before, 'champion']];
  if (before !== null && !models.some(({ hash }) => hash === before)) return refused(`${before} is not there any more`);
  return changes([...leaves, ...comes], { action: 'rollback', model: before, replaced: champion });
}

/** Hash of what a roll back would bring: null for the prior, undefined where there is nothing to undo. */
export function servedBefore(history: readonly ModelChange[]): string | null | undefined {
  const served: (string | null)[] = [null];
  for (const { action, model, replaced } of history) {
    if (action === 'promote') served.push(model);
    else if (action === 'retire' && replaced !== null) served.push(null);
    else if (action === 'rollback') served.pop();
  }
  return served.length < 2 ? undefined : served.at(-2);
}

export function championOf(models: readonly RegisteredModel[]): string | null {
  return models.find(({ state }) => state === 'champion')?.hash ?? null;
}

function describe(models: readonly RegisteredModel[], hash: string | null): string {
  const model = models.find((one) => one.hash === hash);
  return model === undefined ? 'the prior' : `${model.name} ${model.version}`;
}

function changes(states: readonly (readonly [string, ModelState])[], change: ModelChange): Step {
  return { kind: 'changes', states: new Map(states), change };
}

function refused(why: string): Step {
  return { kind: 'refused', why };
}

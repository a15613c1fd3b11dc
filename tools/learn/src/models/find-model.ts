import type { RegisteredModel } from '@hub/database/registry';
import { Refused } from './command.ts';

/** So many digits of a hash say which one it is. */
export const SHORT_HASH = 12;
const SHORTEST_PREFIX = 4;

/**
 * The model that a word names: `name@version`, `name@champion`, or the beginning of a hash.
 * @throws Refused when it names none or several.
 */
export function findModel<Model extends RegisteredModel>(models: readonly Model[], word: string): Model {
  const found = models.filter((model) => isNamed(model, word));
  const [only] = found;
  if (only === undefined)
    throw new Refused(`no model ${word} is registered: npm run models -- list shows those that are`);
  if (found.length > 1) throw new Refused(`${word} may be ${found.map(nameOf).join(' or ')}: say more of it`);
  return only;
}

function isNamed(model: RegisteredModel, word: string): boolean {
  const at = word.lastIndexOf('@');
  if (at < 0) return word.length >= SHORTEST_PREFIX && model.hash.startsWith(word.toLowerCase());
  const [name, version] = [word.slice(0, at), word.slice(at + 1)];
  return model.name === name && (model.version === version || (version === 'champion' && model.state === 'champion'));
}

/** As people and commands name it. */
export function nameOf({ name, version }: Pick<RegisteredModel, 'name' | 'version'>): string {
  return `${name}@${version}`;
}

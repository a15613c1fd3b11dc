import { ALLOWED, OTHER_SENSE } from './allow-list.ts';
import { BARRED_WORDS } from './barred-words.ts';

/** What is to enter a score, as far as it is told in words. */
export interface Candidate {
  readonly name: string;
  readonly definition?: string;
}

export interface Barred {
  readonly name: string;
  /** For people: "not on the allow list", "speaks of family: child". */
  readonly why: string;
}

/**
 * Which candidates may not enter a score: those that the allow list does not name, and those whose name or definition
 * holds a barred word, listed or not. Empty when all may.
 */
export function barredAmong(candidates: readonly Candidate[]): readonly Barred[] {
  return candidates.flatMap(({ name, definition = '' }) => {
    const why = [...barredWords(name, definition), ...(isAllowed(name) ? [] : ['not on the allow list'])];
    return why.length === 0 ? [] : [{ name, why: why.join('; ') }];
  });
}

/** @throws RangeError naming every candidate that may not enter a score, and why. */
export function assertAllowed(candidates: readonly Candidate[]): void {
  const barred = barredAmong(candidates);
  if (barred.length === 0) return;
  throw new RangeError(`may not enter a score: ${barred.map(({ name, why }) => `${name} (${why})`).join(', ')}`);
}

function isAllowed(name: string): name is keyof typeof ALLOWED {
  return Object.hasOwn(ALLOWED, name);
}

function barredWords(name: string, definition: string): readonly string[] {
  const otherSense = isAllowed(name) ? (OTHER_SENSE[name] ?? []) : [];
  const found = new Set([...wordsOf(name), ...wordsOf(definition)]);
  const joined = name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  return Object.entries(BARRED_WORDS).flatMap(([ground, words]) =>
    words
      .filter(
        (word) => !otherSense.includes(word) && (found.has(word) || (word.length >= LONG && joined.includes(word))),
      )
      .map((word) => `speaks of ${ground}: ${word}`),
  );
}

/** Words of this length are found within a name that is written as one word, too. */
const LONG = 6;

/** The words of a name in any spelling (`homeCity`, `home_city`), each two that stand together as one, without plurals. */
function wordsOf(text: string): readonly string[] {
  const split = text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();
  const words = split.split(/[^a-z0-9]+/).filter((word) => word !== '');
  const pairs = words.slice(1).map((word, index) => `${words[index] ?? ''}${word}`);
  return [...words, ...pairs].flatMap((word) => [word, word.replace(/s$/, ''), word.replace(/ies$/, 'y')]);
}

/** What a key or a button can ask for. */
export type Command =
  | 'next'
  | 'previous'
  | 'close'
  | 'apply'
  | 'search'
  | 'viewNow'
  | 'viewCold'
  | 'viewAll'
  | 'theme'
  | 'help';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
}

const KEYS: Readonly<Record<string, Command>> = {
  j: 'next',
  ArrowDown: 'next',
  k: 'previous',
  ArrowUp: 'previous',
  Escape: 'close',
  r: 'apply',
  '/': 'search',
  '1': 'viewNow',
  '2': 'viewCold',
  '3': 'viewAll',
  t: 'theme',
  '?': 'help',
};

/** What the help shows, in this order. */
export const KEY_HELP: readonly (readonly [keys: readonly string[], does: string])[] = [
  [['J', 'K', '↓', '↑'], 'next and previous lead'],
  [['Enter'], 'open the lead'],
  [['Esc'], 'close the lead'],
  [['R'], 'bring the order up to date'],
  [['/', 'Ctrl K', '⌘ K'], 'find a lead by name'],
  [['1', '2', '3'], 'Now, Going cold, All'],
  [['T'], 'light or dark'],
  [['?'], 'this list'],
];

/**
 * @param typing Whether the press lands in a field where it writes a character.
 * @returns null when the key is none of ours.
 */
export function commandOf({ key, ctrlKey, metaKey, altKey }: KeyPress, typing: boolean): Command | null {
  if ((ctrlKey || metaKey) && !altKey && key.toLowerCase() === 'k') return 'search';
  if (ctrlKey || metaKey || altKey || typing) return null;
  return KEYS[key.length === 1 ? key.toLowerCase() : key] ?? null;
}

import { describe, expect, it } from '@jest/globals';
import { commandOf } from './commands.ts';

const press = { ctrlKey: false, metaKey: false, altKey: false };

describe('commandOf', () => {
  it.each([
    ['j', 'next'],
    ['ArrowUp', 'previous'],
    ['R', 'apply'],
    ['r', 'apply'],
    ['?', 'help'],
    ['2', 'viewCold'],
  ])('takes %s as %s', (key, command) => {
    expect(commandOf({ ...press, key }, false)).toBe(command);
  });

  it.each([
    ['a letter in a field', { ...press, key: 'j' }, true],
    ['the reload of the browser', { ...press, key: 'r', ctrlKey: true }, false],
    ['a key with another meaning', { ...press, key: 'Tab' }, false],
  ])('leaves %s alone', (_, key, typing) => {
    expect(commandOf(key, typing)).toBeNull();
  });

  it('opens the search from within a field', () => {
    expect(commandOf({ ...press, key: 'k', metaKey: true }, true)).toBe('search');
    expect(commandOf({ ...press, key: 'K', ctrlKey: true }, true)).toBe('search');
  });
});

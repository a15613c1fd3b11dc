import { describe, expect, it } from '@jest/globals';
import { selectionOf } from './select-letters.ts';

const NOW = Date.parse('2026-12-02T12:00:00Z');

describe('letters to act on', () => {
  it('are selected by number, or by a filter, or both', () => {
    expect(selectionOf('dead drop', ['1', '2'], {}, NOW)).toEqual({ ids: ['1', '2'] });
    expect(selectionOf('dead drop', ['1'], { reason: 'notJson', state: 'dead,parked', tenant: 'maple' }, NOW)).toEqual({
      ids: ['1'],
      reason: 'notJson',
      state: ['dead', 'parked'],
    });
  });

  it('are all dead ones of a tenant that is named', () => {
    expect(selectionOf('dead replay', [], { tenant: 'maple' }, NOW)).toEqual({ state: ['dead'] });
  });

  it('are never all by mistake', () => {
    expect(() => selectionOf('dead replay', [], { rate: '5', because: 'x' }, NOW)).toThrow('dead replay: say which');
  });
});

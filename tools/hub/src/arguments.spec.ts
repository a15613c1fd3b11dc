import { describe, expect, it } from '@jest/globals';
import { pathOf, queryOf, readArguments, readCommandLine } from './arguments.ts';
import { UsageError } from './usage-error.ts';

describe('arguments', () => {
  it('are what a command knows', () => {
    expect(readArguments(['--tenant', 'maple', '--json'], ['tenant', 'minutes'])).toEqual({
      json: true,
      values: { tenant: 'maple' },
    });
  });

  it.each([[['--what', 'x']], [['maple']], [['--tenant']]])('are refused otherwise: %j', (args) => {
    expect(() => readArguments(args, ['tenant'])).toThrow(UsageError);
  });
});

describe('a command line', () => {
  const KNOWN = { names: ['tenant'], flags: ['yes'], mostWords: 2 };

  it('has words, values and flags in any order', () => {
    const { words, values, flags } = readCommandLine(['1', '--yes', '--tenant', 'maple', '2'], KNOWN);
    expect([words, values, [...flags]]).toEqual([['1', '2'], { tenant: 'maple' }, ['yes']]);
  });

  it.each([[['1', '2', '3']], [['--yes=no']], [['--no-yes']], [['-x']]])('has nothing else: %j', (args) => {
    expect(() => readCommandLine(args, KNOWN)).toThrow(UsageError);
  });
});

describe('addresses', () => {
  it('name a tenant whatever stands in its id', () => {
    expect(pathOf('ledger', 'a/b')).toBe('/api/tenants/a%2Fb/ledger');
    expect(pathOf('ledger', undefined)).toBe('/api/ledger');
  });

  it('hold what was given', () => {
    expect(queryOf({ minutes: '5', state: undefined })).toBe('?minutes=5');
    expect(queryOf({ minutes: undefined })).toBe('');
  });
});

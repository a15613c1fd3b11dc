import { describe, expect, it } from '@jest/globals';
import { parseOptions } from './options.ts';

const NEEDED = ['--url', 'http://localhost:4001/webhooks/ghl', '--key-file', 'key.pem'];

describe('parseOptions', () => {
  it('fills in what was not given', () => {
    expect(parseOptions(NEEDED)).toMatchObject({
      seed: 1,
      rate: 3,
      compress: null,
      historyDays: 45,
      leads: 150,
      tenants: 3,
      count: Infinity,
      truthFile: null,
    });
  });

  it('takes what was given', () => {
    const given = ['--rate', '0.5', '--compress', '60', '--history-days', '0', '--count', '9', '--truth-file', 't'];
    expect(parseOptions([...NEEDED, ...given])).toMatchObject({
      rate: 0.5,
      compress: 60,
      historyDays: 0,
      count: 9,
      truthFile: 't',
    });
  });

  it('names all that is wrong at once', () => {
    const wrong = ['--url', 'ftp://x', '--rate', '0', '--seed', '1.5', '--compress', '0.5', '--count', 'many'];
    expect(() => parseOptions([...wrong, '--leads', '', '--tenants', '0', '--history-days=-1'])).toThrow(
      /--url.*--key-file.*--seed.*--rate.*--compress.*--history-days.*--leads.*--tenants.*--count/,
    );
  });

  it('names an option that it does not know', () => {
    expect(() => parseOptions([...NEEDED, '--speed', '3'])).toThrow('--speed');
  });
});

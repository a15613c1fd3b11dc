import { expect, it } from '@jest/globals';
import { readOptions } from './options.ts';
import { TASK_NAMES } from './sets/data-set.ts';

it('evaluates everything unless some tasks are named', () => {
  const all = { data: 'd', only: TASK_NAMES, json: false, out: '.hub/evaluation' };
  expect(readOptions(['--data', 'd'])).toEqual(all);
  expect(readOptions(['--data', 'd', '--only', 'telcoChurn,bankMarketing', '--json', '--out', 'o'])).toEqual({
    data: 'd',
    only: ['telcoChurn', 'bankMarketing'],
    json: true,
    out: 'o',
  });
});

it.each([
  [[], '--data is missing'],
  [['--data', 'd', '--only', 'telco'], '--only: there is no telco'],
  [['--data', 'd', '--fast'], '--fast'],
])('says what is wrong with %j and how the command is used', (args, complaint) => {
  expect(() => readOptions(args)).toThrow(complaint);
  expect(() => readOptions(args)).toThrow('npm run evaluate -- --data <folder>');
});

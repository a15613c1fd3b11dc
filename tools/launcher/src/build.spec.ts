import { expect, it } from '@jest/globals';
import { failedTasks } from './build.ts';

it('tells only what the tasks that failed had to say', () => {
  const output = [
    ' NX   Running target build',
    '',
    '> nx run @hub/service:build',
    'all well',
    '> nx run @hub/gateway:build',
    'error TS2339: no such property',
    '> nx run @hub/cache:build',
    'all well',
    ' NX   Running target build for 3 projects failed',
    'Failed tasks:',
    '',
    '- @hub/gateway:build',
  ].join('\n');
  expect(failedTasks(output)).toBe('@hub/gateway:build\nerror TS2339: no such property');
});

it('tells the end of what Nx printed when no task is named', () => {
  expect(failedTasks('cannot read nx.json\n')).toBe('cannot read nx.json');
});

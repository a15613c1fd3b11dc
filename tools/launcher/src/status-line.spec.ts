import { expect, it } from '@jest/globals';
import { statusLines } from './status-line.ts';

it('shows what is known of each service', () => {
  expect(
    statusLines([
      { name: 'gateway', state: 'ready', pid: 7, port: 4001, rssBytes: 120 * 2 ** 20 },
      { name: 'brokerage', state: 'restarting (attempt 2): exit code 1', pid: null, port: null, rssBytes: null },
    ]),
  ).toEqual(['gateway    ready      port 4001  pid 7  120 MB', 'brokerage  restarting (attempt 2): exit code 1']);
});

import { describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { placeOf, readProfiles } from './profile.ts';

describe('placeOf', () => {
  it.each([
    ['file:///x/node_modules/@nats-io/nats-core/lib/parser.js', 'f', '@nats-io/nats-core'],
    ['file:///x/libs/a/node_modules/pg/lib/client.js', 'f', 'pg'],
    ['file:///x/apps/scoring/dist/decide.js', 'f', 'apps/scoring/dist/decide.js'],
    ['node:internal/streams/writable', 'f', 'node:internal/streams'],
    ['', '(garbage collector)', '(garbage collector)'],
    ['', 'writev', 'native writev'],
  ])('of %s %s is %s', (url, functionName, place) => {
    expect(placeOf({ url, functionName })).toBe(place);
  });
});

it('tells the threads of a process apart', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-profiles-'));
  const nodes = ['(idle)', '(program)'].map((functionName, id) => ({ id, callFrame: { functionName, url: '' } }));
  const profile = JSON.stringify({ nodes, samples: [0, 1, 1], timeDeltas: [7, 1, 2] });
  for (const thread of [0, 1]) writeFileSync(join(folder, `CPU.20261125.140247.42.${thread}.001.cpuprofile`), profile);
  const shares = [{ where: '(program)', share: 1 }];
  expect(readProfiles(folder, 5)).toEqual([
    { pid: 42, threadId: 0, shares },
    { pid: 42, threadId: 1, shares },
  ]);
  rmSync(folder, { recursive: true });
});

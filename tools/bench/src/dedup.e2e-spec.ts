import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

it('claims ids beside many old ones and beside none, misses no copy and invents none', async () => {
  const args = ['--conditions=source', main, 'dedup', '--quick'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'] } });
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(result).toMatchObject({ bench: 'dedup', ids: 20_000, batch: 100, duplicatesMissed: 0, falseDuplicates: 0 });
  expect(result).toMatchObject({ addsP50Ms: expect.any(Number), diskMb: expect.any(Number), fsync: 'on' });
}, 120_000);

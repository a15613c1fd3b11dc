import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

it('fills in deliveries and letters, and finds them by every kind of search', async () => {
  const args = ['--conditions=source', main, 'search', '--quick'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'] } });
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(result).toMatchObject({
    bench: 'search',
    deliveries: 20_000,
    deadLetters: expect.any(Number),
    searchP99Ms: expect.any(Number),
    slowest: { kind: expect.any(String), p99Ms: expect.any(Number) },
    diskMb: expect.any(Number),
  });
  expect(result.deadLetters).toBeGreaterThan(0);
}, 120_000);

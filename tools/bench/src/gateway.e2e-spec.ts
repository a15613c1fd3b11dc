import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

it('compares the gateway with the receiver of a textbook, and finds all that was accepted', async () => {
  const args = ['--conditions=source', main, 'gateway', '--quick'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'] } });
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  const figures = { ackP50Ms: expect.any(Number), ackP99Ms: expect.any(Number) };
  expect(result).toMatchObject({ bench: 'gateway', at100: figures, lost: 0, syncsPer1000: expect.any(Number) });
  expect(stdout).toContain('textbook, Postgres stopped');
}, 120_000);

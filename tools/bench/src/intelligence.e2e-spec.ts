import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));

it('judges leads alone and together, beside the runtime alone, and trains a model', async () => {
  const args = ['--conditions=source', main, 'intelligence', '--quick'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { env: { PATH: process.env['PATH'] } });
  const result = JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
  expect(Object.keys(result).slice(0, 7)).toEqual([
    'bench',
    'oneLeadP50Ms',
    'oneLeadP99Ms',
    'leadsPerSecond',
    'ratioToRawOnnx',
    'trainSeconds',
    'rssMb',
  ]);
  const { bench, ...figures } = result;
  expect(bench).toBe('intelligence');
  for (const figure of Object.values(figures)) expect(figure).toBeGreaterThan(0);
}, 120_000);

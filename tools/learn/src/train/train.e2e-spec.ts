import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const MAIN = join(import.meta.dirname, 'main.ts');

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'models-test-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function train(...args: string[]): Promise<{ code: number; out: string; said: string }> {
  const { DATABASE_URL: _none, NODE_OPTIONS: _jests, ...env } = process.env;
  const child = spawn(process.execPath, ['--conditions=source', MAIN, ...args], { env });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk) => (out += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  const [code] = (await once(child, 'close')) as [number];
  return { code, out, said };
}

describe('the process of npm run train', () => {
  it('simulates, reads, and ends with what is missing and nothing written', async () => {
    const { code, out, said } = await train('--simulated', '1', '--until', '2026-06-01', '--out', folder);
    expect(said).toMatch(/read \d{3} leads of 6 tenants with \d+ events from simulated brokerages \(seed 1/);
    expect(said).toMatch(/conversion cannot be learned yet: \d+ leads whose outcome is known, 1000 are needed/);
    expect(said).toMatch(/goingCold cannot be learned yet: .*\n--force goes on nevertheless/);
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(await readdir(folder)).toEqual([]);
  });

  it('ends with 2 and how it is used for a command line that it does not understand', async () => {
    const { code, said } = await train('--moddel', 'conversion');
    expect(code).toBe(2);
    expect(said).toContain('npm run train -- [options]');
  });

  it('ends with 1 where there is no hub to learn from', async () => {
    expect(await train()).toEqual({ code: 1, out: '', said: expect.stringContaining('no hub runs from this folder') });
  });
});

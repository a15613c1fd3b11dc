import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { withLock } from './lock.ts';

let dir: string;
let path: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'launcher-spec-'));
  path = join(dir, 'build.lock');
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

it('lets one work at a time, and the others wait for it', async () => {
  let inside = 0;
  const most: number[] = [];
  const waited: number[] = [];
  const work = () =>
    withLock(
      path,
      (pid) => waited.push(pid),
      async () => {
        inside += 1;
        most.push(inside);
        await new Promise(setImmediate);
        inside -= 1;
      },
    );
  await Promise.all([work(), work(), work()]);
  expect(most).toEqual([1, 1, 1]);
  expect(waited).toContain(process.pid);
});

it('is taken over from a process that was killed', async () => {
  await writeFile(path, JSON.stringify({ pid: process.pid, startedAt: 'before the reboot' }));
  expect(
    await withLock(
      path,
      () => undefined,
      () => Promise.resolve('done'),
    ),
  ).toBe('done');
});

it('is free again after a failure', async () => {
  await expect(
    withLock(
      path,
      () => undefined,
      () => Promise.reject(new Error('no')),
    ),
  ).rejects.toThrow('no');
  expect(
    await withLock(
      path,
      () => undefined,
      () => Promise.resolve('done'),
    ),
  ).toBe('done');
});

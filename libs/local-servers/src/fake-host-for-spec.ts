import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import type { CommandResult, Host } from './host.ts';

interface FakeMachine {
  env?: NodeJS.ProcessEnv;
  isRoot?: boolean;
  /** What is on PATH: name to paths. */
  path?: Record<string, string[]>;
  /** What commands answer: the first key that the command line starts with. Others are missing. */
  commands?: Record<string, string | CommandResult | ((args: readonly string[]) => Promise<CommandResult>)>;
}

const made: string[] = [];

afterAll(() => Promise.all(made.map((dir) => rm(dir, { recursive: true, force: true }))));

/** A machine that a spec describes; `asked` holds every command line, in order. */
export async function fakeHost(machine: FakeMachine = {}): Promise<Host & { asked: string[] }> {
  const asked: string[] = [];
  const cacheDir = await mkdtemp(join(tmpdir(), 'local-servers-spec-'));
  made.push(cacheDir);
  return {
    asked,
    env: machine.env ?? {},
    platform: 'linux',
    arch: 'x64',
    isRoot: machine.isRoot ?? false,
    cacheDir,
    which: (name) => machine.path?.[name] ?? [],
    progress: () => undefined,
    run: async (command, args) => {
      const line = [command, ...args].join(' ');
      asked.push(line);
      const [, answer] = Object.entries(machine.commands ?? {}).find(([start]) => line.startsWith(start)) ?? [];
      if (answer === undefined) return { code: null, output: `spawn ${command} ENOENT` };
      if (typeof answer === 'function') return answer(args);
      return typeof answer === 'string' ? { code: 0, output: answer } : answer;
    },
  };
}

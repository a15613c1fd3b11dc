import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  /** This process's environment when left out. */
  readonly env?: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * Starts a process whose output is appended to a file: unlike with a pipe, one that a killed launcher leaves behind
 * does not hang on its log. It is in a session of its own: a Ctrl-C at the terminal is for the launcher, which stops
 * things in order.
 * @throws Error when the program cannot be started at all.
 */
export async function spawnLogged(launch: Launch, logFile: string): Promise<ChildProcess> {
  const { command, args, ...how } = launch;
  await mkdir(dirname(logFile), { recursive: true });
  const log = await open(logFile, 'a');
  try {
    const child = spawn(command, args, { ...how, detached: true, stdio: ['ignore', log.fd, log.fd] });
    await Promise.race([once(child, 'spawn'), once(child, 'error').then(([error]) => Promise.reject(error as Error))]);
    return child;
  } finally {
    await log.close();
  }
}

export function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

export function describeEnd(child: ChildProcess): string {
  return child.signalCode === null ? `exit code ${child.exitCode}` : `killed by ${child.signalCode}`;
}

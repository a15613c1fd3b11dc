import { setTimeout as pause } from 'node:timers/promises';
import { isAlive, type ProcessIdentity } from './process-identity.ts';

/** A signal and how long to wait for the end before the next step. */
export interface StopStep {
  readonly signal: NodeJS.Signals;
  readonly waitMs: number;
}

const POLL_MS = 20;

/** Stops a process step by step. @returns whether it is gone. */
export async function stopProcess(target: ProcessIdentity, steps: readonly StopStep[]): Promise<boolean> {
  for (const { signal, waitMs } of steps) {
    sendSignal(target.pid, signal);
    const deadlineMs = Date.now() + waitMs;
    while (Date.now() < deadlineMs) {
      if (!(await isAlive(target))) return true;
      await pause(POLL_MS);
    }
  }
  return !(await isAlive(target));
}

/** Sends a signal; a process that is already gone is what the sender wants. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

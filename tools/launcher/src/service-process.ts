import { join } from 'node:path';
import { claimFileOf, ManagedProcess } from '@hub/local-servers';

const HEALTH_TIMEOUT_MS = 1_500;

export interface ProgramOptions {
  readonly name: string;
  readonly stateDir: string;
  readonly entry: string;
  readonly nodeFlags?: readonly string[];
  readonly args?: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Answers GET /health/ready when given; else the program is ready once it runs. */
  readonly port: number | null;
  /** How long it may take to stop before it is killed. */
  readonly stopMs: number;
}

/** A Node program of ours as a process of its own, with its log in `logs/<name>.log`. */
export function serviceProcess(options: ProgramOptions): ManagedProcess {
  const { name, stateDir, port, stopMs } = options;
  return new ManagedProcess({
    label: name,
    launch: {
      command: process.execPath,
      args: [...(options.nodeFlags ?? []), options.entry, ...(options.args ?? [])],
      env: options.env,
    },
    logFile: join(stateDir, 'logs', `${name}.log`),
    claimFile: claimFileOf(stateDir, name),
    readyWithinMs: 60_000,
    stopSteps: [
      { signal: 'SIGTERM', waitMs: stopMs },
      { signal: 'SIGKILL', waitMs: 1_000 },
    ],
    isReady: async () => port === null || answersReady(port),
  });
}

async function answersReady(port: number): Promise<boolean> {
  const signal = AbortSignal.timeout(HEALTH_TIMEOUT_MS);
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health/ready`, { signal });
    await response.body?.cancel();
    return response.ok;
  } catch {
    // Not listening yet, or too busy to answer: not ready.
    return false;
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ROOT } from './paths.ts';

/** How long a program may take to clean up after itself. */
const STOP_MS = 15_000;

/** Runs a program in the foreground; passes the wish to stop on. @returns its exit code. */
export async function follow(
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const child = spawn(command, args, { cwd: ROOT, env, stdio: 'inherit', detached: true });
  const stop = () => {
    child.kill('SIGTERM');
    setTimeout(() => child.kill('SIGKILL'), STOP_MS).unref();
  };
  signal.addEventListener('abort', stop, { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  signal.removeEventListener('abort', stop);
  return code ?? 1;
}

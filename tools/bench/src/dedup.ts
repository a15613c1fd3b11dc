import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { build } from '@hub/launcher/build';
import { dedupOptions } from './dedup/options.ts';

const PROGRAM = fileURLToPath(new URL('./dedup/program.ts', import.meta.url));

/**
 * What exact de-duplication costs a batch when there are many ids already. In a process of its own, which uses the
 * database's library as services do: built.
 */
export async function runDedupBench(args: readonly string[], signal: AbortSignal): Promise<void> {
  dedupOptions(args);
  await build((line) => process.stdout.write(`${line}\n`), signal);
  const child = fork(PROGRAM, [...args], { execArgv: [] });
  // It has servers to stop.
  signal.addEventListener('abort', () => child.kill('SIGTERM'), { once: true });
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) process.exitCode = 1;
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** Where a spec asks for the shared Postgres: any GET is answered with its URL. */
export const ADDRESS_VARIABLE = 'HUB_TEST_POSTGRES_ADDRESS';

const PROGRAM = fileURLToPath(new URL('./shared-postgres.main.ts', import.meta.url));

/**
 * Starts the process that owns the Postgres shared by a test run. It starts Postgres when first asked, and ends
 * with everything it started when its stdin closes: also when the test run is killed.
 */
export async function startSharedPostgres(): Promise<{ address: string; stop(): Promise<void> }> {
  // Detached: Ctrl-C ends the test run, which closes stdin; the process then cleans up in its own time.
  const child = spawn(process.execPath, ['--conditions=source', PROGRAM], {
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  const address = await firstLine(child);
  return {
    address,
    stop: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, 'exit');
    },
  };
}

async function firstLine(child: ChildProcess & { stdout: NonNullable<ChildProcess['stdout']> }): Promise<string> {
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return line;
  throw new Error('the process that owns the shared Postgres did not start');
}

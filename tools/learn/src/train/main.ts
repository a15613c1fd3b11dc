import { join } from 'node:path';
import { runCommand } from './command.ts';
import { UsageError } from './options.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}
const root = join(import.meta.dirname, '..', '..', '..', '..');
try {
  await runCommand({
    args: process.argv.slice(2),
    env: process.env,
    root,
    nowMs: () => Date.now(),
    out: process.stdout,
    errors: process.stderr,
    signal: stopping.signal,
  });
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

import { clockJump } from './clock-jump.ts';
import { deploy } from './deploy.ts';
import type { Drill } from './drill.ts';
import { diskFull } from './disk-full.ts';
import { kill } from './kill.ts';
import { noisyTenant } from './noisy-tenant.ts';
import { UsageError } from './options.ts';
import { partition } from './partition.ts';
import { slowDisk } from './slow-disk.ts';
import { storm } from './storm.ts';

const DRILLS: Readonly<Record<string, Drill>> = {
  kill,
  'disk-full': diskFull,
  'slow-disk': slowDisk,
  'clock-jump': clockJump,
  partition,
  storm,
  'noisy-tenant': noisyTenant,
  deploy,
};

const [name = '', ...args] = process.argv.slice(2);
const drill = DRILLS[name];
if (drill === undefined) {
  process.stderr.write(`no drill "${name}"; there are: ${Object.keys(DRILLS).join(', ')}\n`);
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}
try {
  process.exitCode = await drill(args, stopping.signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

import { runDedupBench } from './dedup.ts';
import { runGatewayBench } from './gateway.ts';
import { runIntelligenceBench } from './intelligence/intelligence.ts';
import { runPathBench } from './path.ts';
import { runSearchBench } from './search/search.ts';
import { runSweepBench } from './sweep.ts';

const BENCHES: Readonly<Record<string, (args: readonly string[], signal: AbortSignal) => Promise<void>>> = {
  path: runPathBench,
  gateway: runGatewayBench,
  search: runSearchBench,
  dedup: runDedupBench,
  intelligence: runIntelligenceBench,
  sweep: runSweepBench,
};

const [name = '', ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`no bench "${name}"; there are: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
try {
  await bench(args, stopping.signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

import { runPathBench } from './path.ts';

const BENCHES: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = { path: runPathBench };

const [name = '', ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench === undefined) {
  process.stderr.write(`no bench "${name}"; there are: ${Object.keys(BENCHES).join(', ')}\n`);
  process.exitCode = 2;
} else {
  await bench(args);
}

/** Each prints what happens and, as its last line, one JSON object. @returns the exit code: 0 when what was promised held. */
export type Drill = (args: readonly string[], signal: AbortSignal) => Promise<number>;

const DRILLS: Readonly<Record<string, Drill>> = {};

const [name = '', ...args] = process.argv.slice(2);
const drill = DRILLS[name];
if (drill === undefined) {
  process.stderr.write(`no drill "${name}"; there are: ${Object.keys(DRILLS).join(', ')}\n`);
  process.exit(2);
}

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
try {
  process.exitCode = await drill(args, stopping.signal);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}

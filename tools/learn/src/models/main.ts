import { runModels } from './run-models.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}
process.exitCode = await runModels(process.argv.slice(2), process.env, stopping.signal);

import { SET_OF } from './data-sets.ts';
import { evaluate, type Evaluated } from './evaluate.ts';
import { DataFolder } from './files/data-folder.ts';
import { readOptions, UsageError } from './options.ts';
import { progressOn } from './progress.ts';
import { jsonOf } from './report/json.ts';
import { summary } from './report/markdown.ts';
import { writeReport } from './report/write-report.ts';
import { readTasks } from './tasks.ts';

const stopping = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => stopping.abort(new Error(`stopped by ${signal}`)));
}
try {
  const { data, only, json, out } = readOptions(process.argv.slice(2));
  const tasks = await readTasks(await DataFolder.at(data), only);
  const evaluated: Evaluated[] = [];
  for (const task of tasks) {
    process.stderr.write(`${task.name}: ${SET_OF[task.name].credit}\n`);
    const onProgress = progressOn(process.stderr, task.name, () => Date.now());
    evaluated.push(await evaluate(task, { onProgress, signal: stopping.signal }));
  }
  const path = await writeReport(out, evaluated);
  process.stdout.write(`${summary(evaluated)}\n\nThe report: ${path}\n`);
  if (json) process.stdout.write(`${JSON.stringify(jsonOf(evaluated))}\n`);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

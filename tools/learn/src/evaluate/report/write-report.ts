import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Evaluated } from '../evaluate.ts';
import { reportOf } from './markdown.ts';
import { reliabilityPlot } from './reliability-plot.ts';
import { reliabilityOf } from './reliability.ts';

/** @returns The path of the report; its plots lie beside it. */
export async function writeReport(folder: string, evaluated: readonly Evaluated[]): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const { task, judged } of evaluated) {
    const { labels, learned, logistic, mended } = judged;
    const plot = reliabilityPlot(task.name, [
      { name: 'learned', bins: reliabilityOf(labels, learned) },
      { name: 'logistic', bins: reliabilityOf(labels, logistic) },
      ...(mended === null ? [] : [{ name: 'month by month', bins: reliabilityOf(labels, mended) }]),
    ]);
    await writeFile(join(folder, `${task.name}.svg`), plot);
  }
  const path = join(folder, 'report.md');
  await writeFile(path, reportOf(evaluated));
  return path;
}

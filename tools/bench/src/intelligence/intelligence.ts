import { percentile, rounded } from '../percentile.ts';
import { table } from '../table.ts';
import { leadStates } from './leads.ts';
import { BATCH, type Batches, batches, memory, oneLead, type Times } from './measure.ts';
import { intelligenceOptions } from './options.ts';
import { serve } from './serving.ts';
import { trainingSeconds } from './training.ts';

const LEADS = 2_048;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

/** How fast leads are judged, beside the runtime alone, how fast a model is trained, and whether memory stays. */
export async function runIntelligenceBench(args: readonly string[], signal: AbortSignal): Promise<void> {
  const { seconds, scores, rows, maxRounds } = intelligenceOptions(args);
  const leads = leadStates(LEADS, 'bench');
  const served = await serve(leads);
  say('warming up');
  await batches(leads, served, seconds / 3);
  await oneLead(leads, served, seconds / 3);
  signal.throwIfAborted();
  // First: the times that are kept of what follows are memory, too.
  say(`memory over ${scores} scores`);
  const resident = await memory(leads, served, scores, signal);
  say(`one lead at a time for ${seconds} s`);
  const alone = [...(await oneLead(leads, served, seconds))];
  signal.throwIfAborted();
  say(`batches of ${BATCH} for ${seconds} s, in turns with the runtime alone`);
  const together = await batches(leads, served, seconds);
  say(`training on ${rows} rows of 40 columns`);
  const trainSeconds = await trainingSeconds(rows, maxRounds === null ? {} : { maxRounds }, signal);
  printBatches(together);
  const result = {
    bench: 'intelligence',
    oneLeadP50Ms: rounded(percentile(alone, 0.5), 3),
    oneLeadP99Ms: rounded(percentile(alone, 0.99), 3),
    leadsPerSecond: Math.round((BATCH / sum(together.whole.tookMs)) * together.whole.tookMs.length * 1_000),
    ratioToRawOnnx: rounded(cpuMsOf(together.whole) / cpuMsOf(together.raw), 2),
    trainSeconds: rounded(trainSeconds, 1),
    rssMb: Math.round(resident.lastMb),
    rssFirstTenthMb: Math.round(resident.firstMb),
    leadsPerCpuSecond: Math.round((BATCH / cpuMsOf(together.whole)) * 1_000),
    scorersToRawOnnx: rounded(cpuMsOf(together.scorers) / cpuMsOf(together.raw), 2),
    scores,
    rows,
  };
  say(JSON.stringify(result));
}

function printBatches(took: Batches): void {
  const rows = (['whole', 'scorers', 'raw'] as const).map((kind) => [
    { whole: 'features, models, reasons', scorers: 'models', raw: 'runtime alone' }[kind],
    ...[0.1, 0.5, 0.99].map((share) => percentile([...took[kind].tookMs], share).toFixed(2)),
    cpuMsOf(took[kind]).toFixed(2),
    String(Math.round((BATCH / cpuMsOf(took[kind])) * 1_000)),
  ]);
  say(table([`ms a batch of ${BATCH}`, 'p10', 'p50', 'p99', 'processor', 'leads/s of it'], rows));
}

/** Of one batch. */
function cpuMsOf({ cpuMs, tookMs }: Times): number {
  return cpuMs / tookMs.length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

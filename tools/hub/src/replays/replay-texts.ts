import { durationText, printable, table, timeText } from '../table.ts';
import type { Reach, ReplayJob } from './replay-job.ts';

/** Such as `12 letters: 12 events of 3 leads`. */
export function reachText({ matched, events, leads, more }: Reach, what: string): string {
  if (matched === 0 && !more) return `no ${what} match`;
  const atLeast = more ? 'at least ' : '';
  return `${atLeast}${counted(matched, what)}: ${counted(events, 'events')} of ${counted(leads, 'leads')}`;
}

/** One line that says how far a job is. */
export function progressText({ id, state, sent, total, ratePerS }: ReplayJob): string {
  const percent = total === 0 ? 100 : Math.min(100, Math.floor((sent / total) * 100));
  const left =
    state === 'running' ? `, about ${durationText((Math.max(0, total - sent) / ratePerS) * 1_000)} left` : '';
  return `replay ${id}: ${sent} of ${total} sent (${percent} %), ${state}${left}`;
}

export function jobText(job: ReplayJob): string {
  const rows = [
    ['tenant', job.tenantId === '*' ? 'all' : job.tenantId],
    ['what', job.kind === 'dead' ? 'dead letters' : 'deliveries'],
    ['which', printable(JSON.stringify(job.filter))],
    ['why', job.reason],
    ['by', job.requestedBy],
    ['began', timeText(job.createdAtMs)],
    ['ended', job.finishedAtMs === null ? null : timeText(job.finishedAtMs)],
    ['rate', `${job.ratePerS} a second`],
    ...(job.failure === null ? [] : [['failure', job.failure]]),
  ];
  return `${progressText(job)}\n\n${table(['', ''], rows).replace(/^.*\n/, '')}`;
}

export function jobsText(jobs: readonly ReplayJob[]): string {
  if (jobs.length === 0) return 'nothing was ever sent again\n';
  const heads = ['replay', 'began', 'state', 'what', 'tenant', 'sent', 'of', 'leads', 'by', 'why'];
  const rows = jobs.map((job) => [
    job.id,
    timeText(job.createdAtMs),
    job.failure === null ? job.state : `${job.state}: ${job.failure}`,
    job.kind === 'dead' ? 'dead letters' : 'deliveries',
    job.tenantId === '*' ? 'all' : job.tenantId,
    job.sent,
    job.total,
    job.leads,
    job.requestedBy,
    job.reason,
  ]);
  return table(heads, rows);
}

/** A number and its noun, which is given in the plural. */
export function counted(count: number, nouns: string): string {
  if (count !== 1) return `${count} ${nouns}`;
  return `1 ${nouns.endsWith('ies') ? `${nouns.slice(0, -3)}y` : nouns.slice(0, -1)}`;
}

import { setTimeout as pause } from 'node:timers/promises';
import { confirm } from '../confirm.ts';
import type { HubApi } from '../hub-api.ts';
import { print } from '../print.ts';
import { defined } from '../search/filter-options.ts';
import { UsageError } from '../usage-error.ts';
import type { ReplayAnswer, ReplayJob } from './replay-job.ts';
import { progressText, reachText } from './replay-texts.ts';

export const REPLAY_NAMES = ['rate', 'because'] as const;
export const REPLAY_FLAGS = ['dry-run', 'yes', 'detach', 'json'] as const;
export const REPLAY_USAGE = `[--rate 50] [--because TEXT] [--dry-run] [--yes] [--detach] [--json]`;

/** What is to be sent again: `what` names it in the plural, `path` takes the order. */
export interface ReplayTarget {
  readonly what: string;
  readonly path: string;
  readonly tenant: string | undefined;
  readonly filter: object;
}

export interface ReplayOptions {
  readonly values: Readonly<Record<string, string | undefined>>;
  readonly flags: ReadonlySet<string>;
}

const LOOK_EVERY_MS = 500;

/** Says what would be touched, asks, orders, and follows the job to its end. Exit code 1: it did not get there. */
export async function orderReplay(
  api: HubApi,
  { what, path, tenant, filter }: ReplayTarget,
  { values, flags }: ReplayOptions,
): Promise<number> {
  const ratePerS = rateOf(values['rate']);
  const order = defined({ tenant, filter, ratePerS, reason: values['because'] });
  const json = flags.has('json');
  const look = await api.json<ReplayAnswer>('POST', path, { ...order, dryRun: true });
  const reach = reachText(look.reach, what);
  const isNothing = look.reach.matched === 0 && !look.reach.more;
  if (flags.has('dry-run') || isNothing) {
    print(json, look, isNothing ? `${reach}\n` : `would send again ${reach}\n`);
    return 0;
  }
  if (!flags.has('yes') && !(await confirm(`Send again ${reach}?`))) {
    process.stderr.write('nothing was sent\n');
    return 1;
  }
  const { reach: ordered, job } = await api.json<ReplayAnswer>('POST', path, order);
  const last = job === null || flags.has('detach') ? job : await follow(api, job);
  print(json, { reach: ordered, job: last }, last === null ? `no ${what} match any more\n` : endText(last));
  return last === null || last.state === 'done' || last.state === 'running' ? 0 : 1;
}

/** A job until it ends. Stopping this command does not stop the job. */
async function follow(api: HubApi, started: ReplayJob): Promise<ReplayJob> {
  const { isTTY } = process.stderr;
  const write = (text: string) => process.stderr.write(text);
  write(`replay ${started.id} began; it goes on if you stop watching: npm run hub -- replays cancel ${started.id}\n`);
  let job = started;
  let told = 0;
  for (; job.state === 'running'; job = await api.json<ReplayJob>('GET', `/api/replays/${job.id}`)) {
    // A terminal has one line that changes; a log gets a line for every tenth.
    const tenths = Math.floor((job.sent / Math.max(1, job.total)) * 10);
    if (isTTY) write(`\r\u001b[K${progressText(job)}`);
    else if (tenths > told) write(`${progressText(job)}\n`);
    told = tenths;
    await pause(LOOK_EVERY_MS);
  }
  if (isTTY) write('\r\u001b[K');
  return job;
}

function endText(job: ReplayJob): string {
  const failure = job.failure === null ? '' : `: ${job.failure}`;
  return `${progressText(job)}${failure}\n`;
}

function rateOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const rate = Number(text);
  if (!Number.isInteger(rate) || rate < 1) throw new UsageError('--rate must be a whole number of webhooks per second');
  return rate;
}

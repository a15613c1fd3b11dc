import { readCommandLine } from '../arguments.ts';
import type { HubApi } from '../hub-api.ts';
import { print } from '../print.ts';
import { UsageError } from '../usage-error.ts';
import type { ReplayJob } from './replay-job.ts';
import { jobsText, jobText } from './replay-texts.ts';

export const REPLAYS_USAGE = `replays [status [JOB]] [--json]                        all, newest first, or one
  replays cancel JOB [--json]                            what was not sent yet is not sent`;

/** Jobs that send again. Exit code 1: the one that was asked for failed. */
export async function replays(api: HubApi, args: readonly string[]): Promise<number> {
  const { words, flags } = readCommandLine(args, { names: [], flags: ['json'], mostWords: 2 });
  const [action = 'status', id] = words;
  const json = flags.has('json');
  if (action !== 'status' && action !== 'cancel') {
    throw new UsageError(`replays ${action}: there are status and cancel\n  ${REPLAYS_USAGE}`);
  }
  if (id === undefined) {
    if (action === 'cancel') throw new UsageError('replays cancel: which? npm run hub -- replays lists them');
    const found = await api.json<{ replays: readonly ReplayJob[] }>('GET', '/api/replays');
    print(json, found, jobsText(found.replays));
    return 0;
  }
  const path = `/api/replays/${encodeURIComponent(id)}`;
  const job = await (action === 'cancel'
    ? api.json<ReplayJob>('POST', `${path}/cancel`)
    : api.json<ReplayJob>('GET', path));
  print(json, job, jobText(job));
  return job.state === 'failed' ? 1 : 0;
}

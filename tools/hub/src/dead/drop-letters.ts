import { readCommandLine } from '../arguments.ts';
import { confirm } from '../confirm.ts';
import type { HubApi } from '../hub-api.ts';
import { print } from '../print.ts';
import type { Reach } from '../replays/replay-job.ts';
import { counted, reachText } from '../replays/replay-texts.ts';
import { defined } from '../search/filter-options.ts';
import { UsageError } from '../usage-error.ts';
import { LETTER_FILTERS, MOST_IDS, selectionOf } from './select-letters.ts';

interface DropAnswer {
  readonly reach: Reach;
  readonly dropped: number;
}

const PATH = '/api/dead-letters/drops';

/** Gives letters up, for a reason that is written down with who said it. Exit code 1: it was not done. */
export async function drop(api: HubApi, args: readonly string[]): Promise<number> {
  const { words, values, flags } = readCommandLine(args, {
    names: ['tenant', ...LETTER_FILTERS, 'because'],
    flags: ['dry-run', 'yes', 'json'],
    mostWords: MOST_IDS,
  });
  const { tenant, because: reason } = values;
  if (reason === undefined) throw new UsageError('dead drop: --because TEXT is missing; it goes into the audit');
  const nowMs = Date.now();
  const selection = selectionOf('dead drop', words, values, nowMs);
  // What comes in after the question was not asked about; letters that are named by number were.
  const filter = words.length > 0 ? selection : { to: new Date(nowMs).toISOString(), ...selection };
  const order = defined({ tenant, filter, reason });
  const json = flags.has('json');
  const look = await api.json<DropAnswer>('POST', PATH, { ...order, dryRun: true });
  const reach = reachText(look.reach, 'letters');
  const isNothing = look.reach.matched === 0 && !look.reach.more;
  if (flags.has('dry-run') || isNothing) {
    print(json, look, isNothing ? `${reach}\n` : `would drop ${reach}\n`);
    return 0;
  }
  if (!flags.has('yes') && !(await confirm(`Drop ${reach}?`))) {
    process.stderr.write('nothing was dropped\n');
    return 1;
  }
  const dropped = await dropAll(api, order);
  print(json, { reach: look.reach, dropped }, `dropped ${counted(dropped, 'letters')}\n`);
  return 0;
}

/** In as many portions as the API makes of it. */
async function dropAll(api: HubApi, order: object): Promise<number> {
  let total = 0;
  for (;;) {
    const { dropped } = await api.json<DropAnswer>('POST', PATH, order);
    if (dropped === 0) return total;
    total += dropped;
  }
}

import { queryOf, readCommandLine } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { HubApi } from '../hub-api.ts';
import { print } from '../print.ts';
import { orderReplay, REPLAY_FLAGS, REPLAY_NAMES, REPLAY_USAGE } from '../replays/order-replay.ts';
import { replays } from '../replays/replays.ts';
import { FILTER_USAGE, filterOf } from '../search/filter-options.ts';
import { find, limitOf, moreText } from '../search/pages.ts';
import { UsageError } from '../usage-error.ts';
import { drop } from './drop-letters.ts';
import type { Letter, LetterGroup, LetterLine } from './letter.ts';
import { groupsText, lettersText, letterText } from './letter-texts.ts';
import { LETTER_FILTERS, MOST_IDS, selectionOf } from './select-letters.ts';

export const DEAD_USAGE = `dead list [--tenant ID] [--limit N] [--json]           by root cause: same reason, same place in the code
  dead list --letters [FILTER] [--limit N] [--cursor C]  the letters; any filter but --tenant means --letters
  dead show LETTER [--hex | --raw | --json]              --raw: its exact bytes and nothing else
  dead replay [LETTER…] [FILTER] ${REPLAY_USAGE}
  dead replay status [JOB] | cancel JOB
  dead drop [LETTER…] [FILTER] --because TEXT [--dry-run] [--yes] [--json]
    FILTER: [--tenant ID] [--reason R] [--cause C] [--state dead,parked,replayed,dropped]
      ${FILTER_USAGE}`;

const LISTED_GROUPS = '500';

const ACTIONS: Readonly<Record<string, Command>> = { list, show, replay, drop };

/** Webhooks that could not be applied: what they are, and what to do about them. */
export async function dead(api: HubApi, args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const action = ACTIONS[name];
  if (action !== undefined) return action(api, rest);
  const wrong = name === '' ? 'dead: what?' : `dead ${name}: there are ${Object.keys(ACTIONS).join(', ')}`;
  throw new UsageError(`${wrong}\n  ${DEAD_USAGE}`);
}

async function list(api: HubApi, args: readonly string[]): Promise<number> {
  const { values, flags } = readCommandLine(args, {
    names: ['tenant', ...LETTER_FILTERS, 'limit', 'cursor'],
    flags: ['letters', 'json'],
    mostWords: 0,
  });
  const narrows = [...LETTER_FILTERS, 'cursor'].some((name) => values[name] !== undefined);
  return flags.has('letters') || narrows
    ? listLetters(api, values, flags.has('json'))
    : listGroups(api, values, flags.has('json'));
}

type Values = Readonly<Record<string, string | undefined>>;

async function listGroups(api: HubApi, { tenant, limit = LISTED_GROUPS }: Values, json: boolean): Promise<number> {
  const path = `/api/dead-letters/groups${queryOf({ tenant, limit })}`;
  const found = await api.json<{ groups: readonly LetterGroup[] }>('GET', path);
  print(json, found, groupsText(found.groups));
  return 0;
}

async function listLetters(api: HubApi, values: Values, json: boolean): Promise<number> {
  const { tenant, reason, cause, state, limit, cursor } = values;
  const query = { ...filterOf(values, Date.now()), tenant, reason, cause, state, cursor };
  const page = { path: '/api/dead-letters', field: 'letters' };
  const { rows, nextCursor } = await find<LetterLine>(api, page, query, limitOf(limit));
  print(json, { letters: rows, nextCursor }, `${lettersText(rows)}${moreText(nextCursor)}`);
  return 0;
}

async function show(api: HubApi, args: readonly string[]): Promise<number> {
  const { words, flags } = readCommandLine(args, { names: [], flags: ['hex', 'raw', 'json'], mostWords: 1 });
  const [id] = words;
  if (id === undefined) throw new UsageError('dead show: which letter? dead list --letters has their numbers');
  const path = `/api/dead-letters/${encodeURIComponent(id)}`;
  if (flags.has('raw')) {
    process.stdout.write(await api.bytes(`${path}/raw`));
    return 0;
  }
  const letter = await api.json<Letter>('GET', path);
  print(flags.has('json'), letter, letterText(letter, { hex: flags.has('hex') }));
  return 0;
}

async function replay(api: HubApi, args: readonly string[]): Promise<number> {
  if (args[0] === 'status' || args[0] === 'cancel') return replays(api, args);
  const { words, values, flags } = readCommandLine(args, {
    names: ['tenant', ...LETTER_FILTERS, ...REPLAY_NAMES],
    flags: REPLAY_FLAGS,
    mostWords: MOST_IDS,
  });
  const filter = selectionOf('dead replay', words, values, Date.now());
  const target = { what: 'letters', path: '/api/dead-letters/replays', tenant: values['tenant'], filter };
  return orderReplay(api, target, { values, flags });
}

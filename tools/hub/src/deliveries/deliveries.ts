import { queryOf, readCommandLine } from '../arguments.ts';
import type { Command } from '../command.ts';
import type { HubApi } from '../hub-api.ts';
import { print } from '../print.ts';
import { orderReplay, REPLAY_FLAGS, REPLAY_NAMES, REPLAY_USAGE } from '../replays/order-replay.ts';
import { replays } from '../replays/replays.ts';
import { defined, FILTER_NAMES, FILTER_USAGE, filterOf } from '../search/filter-options.ts';
import { find, limitOf, moreText } from '../search/pages.ts';
import { UsageError } from '../usage-error.ts';
import type { DeliveryLife, DeliveryLine } from './delivery.ts';
import { deliveriesText, lifeText } from './delivery-texts.ts';

export const DELIVERIES_USAGE = `deliveries list [FILTER] [--limit N] [--cursor C] [--json]
  deliveries show EVENT [--tenant ID] [--hex | --raw | --json]
  deliveries replay [EVENT] [FILTER] ${REPLAY_USAGE}
  deliveries replay status [JOB] | cancel JOB
    FILTER: [--tenant ID] [--outcome applied|duplicate|dead|parked]
      ${FILTER_USAGE}`;

const FILTERS = [...FILTER_NAMES, 'outcome'] as const;

const ACTIONS: Readonly<Record<string, Command>> = { list, show, replay };

/** Every copy of every webhook of the last weeks. */
export async function deliveries(api: HubApi, args: readonly string[]): Promise<number> {
  const [name = '', ...rest] = args;
  const action = ACTIONS[name];
  if (action !== undefined) return action(api, rest);
  const wrong = name === '' ? 'deliveries: what?' : `deliveries ${name}: there are ${Object.keys(ACTIONS).join(', ')}`;
  throw new UsageError(`${wrong}\n  ${DELIVERIES_USAGE}`);
}

async function list(api: HubApi, args: readonly string[]): Promise<number> {
  const { values, flags } = readCommandLine(args, {
    names: ['tenant', ...FILTERS, 'limit', 'cursor'],
    flags: ['json'],
    mostWords: 0,
  });
  const { tenant, outcome, limit, cursor } = values;
  const query = { ...filterOf(values, Date.now()), tenant, outcome, cursor };
  const page = { path: '/api/deliveries', field: 'deliveries' };
  const { rows, nextCursor } = await find<DeliveryLine>(api, page, query, limitOf(limit));
  print(flags.has('json'), { deliveries: rows, nextCursor }, `${deliveriesText(rows)}${moreText(nextCursor)}`);
  return 0;
}

async function show(api: HubApi, args: readonly string[]): Promise<number> {
  const { words, values, flags } = readCommandLine(args, {
    names: ['tenant'],
    flags: ['hex', 'raw', 'json'],
    mostWords: 1,
  });
  const [event] = words;
  if (event === undefined) throw new UsageError('deliveries show: which webhook? deliveries list has their ids');
  const query = queryOf({ tenant: values['tenant'] ?? (await tenantOf(api, event)), event });
  if (flags.has('raw')) {
    process.stdout.write(await api.bytes(`/api/deliveries/raw${query}`));
    return 0;
  }
  const life = await api.json<DeliveryLife>('GET', `/api/deliveries/life${query}`);
  const bytes = flags.has('json') ? Buffer.alloc(0) : await api.bytes(`/api/deliveries/raw${query}`);
  print(flags.has('json'), life, lifeText(life, bytes, { hex: flags.has('hex') }));
  return 0;
}

/** An id means one webhook within its tenant. @throws Error when no tenant has it, or several do. */
async function tenantOf(api: HubApi, event: string): Promise<string> {
  const page = { path: '/api/deliveries', field: 'deliveries' };
  const { rows } = await find<DeliveryLine>(api, page, { event }, 100);
  const [tenant, ...others] = new Set(rows.map(({ tenantId }) => tenantId));
  if (tenant === undefined) throw new Error(`no delivery of a webhook ${event} is known`);
  if (others.length > 0)
    throw new Error(`several tenants have a webhook ${event}: --tenant ${tenant}, ${others.join(', ')}`);
  return tenant;
}

async function replay(api: HubApi, args: readonly string[]): Promise<number> {
  if (args[0] === 'status' || args[0] === 'cancel') return replays(api, args);
  const { words, values, flags } = readCommandLine(args, {
    names: ['tenant', ...FILTERS, ...REPLAY_NAMES],
    flags: REPLAY_FLAGS,
    mostWords: 1,
  });
  const { tenant, outcome } = values;
  const filter = { ...filterOf(values, Date.now()), ...defined({ event: words[0] ?? values['event'], outcome }) };
  if (Object.keys(filter).length === 0) {
    throw new UsageError('deliveries replay: say which, by the id of a webhook or by a filter, such as --since 2h');
  }
  return orderReplay(api, { what: 'deliveries', path: '/api/deliveries/replays', tenant, filter }, { values, flags });
}

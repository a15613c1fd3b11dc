import { parseArgs } from 'node:util';

export const GATEWAY_USAGE = `npm run bench -- gateway [--rates 500,1000,2000,4000] [--seconds 5] [--rounds 3] [--no-max] [--only-ours] [--profile] [--quick]
  --rates      webhooks per second of the phases of constant rate
  --seconds    how long each phase lasts
  --rounds     how often every receiver takes its turn
  --no-max     without the search for the highest rate
  --only-ours  without the textbook receivers
  --profile    also record where the gateway spends its time (slows it down: do not quote the latencies)
  --quick      one short round, to see that all of it works; its figures say nothing`;

export interface GatewayBenchOptions {
  readonly rates: readonly number[];
  readonly seconds: number;
  /** V8 goes on compiling until it has seen some ten thousand requests. */
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly findMax: boolean;
  readonly textbook: boolean;
  readonly profile: boolean;
  /** Where the search for the highest rate begins. */
  readonly startPerS: number;
  /** Phases that each search may take. */
  readonly mostTries: number;
}

/** @throws Error with the usage. */
export function gatewayOptions(args: readonly string[]): GatewayBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rates: { type: 'string' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
      'no-max': { type: 'boolean', default: false },
      'only-ours': { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  });
  const usual = values.quick
    ? { rates: '100', seconds: '1', rounds: '1', warmUpSeconds: 1, startPerS: 200, mostTries: 1 }
    : { rates: '500,1000,2000,4000', seconds: '5', rounds: '3', warmUpSeconds: 20, startPerS: 4_000, mostTries: 10 };
  const rates = (values.rates ?? usual.rates).split(',').map(Number);
  const [seconds, rounds] = [Number(values.seconds ?? usual.seconds), Number(values.rounds ?? usual.rounds)];
  if (![...rates, seconds, rounds].every((value) => value > 0)) throw new Error(GATEWAY_USAGE);
  return {
    rates,
    seconds,
    rounds,
    warmUpSeconds: usual.warmUpSeconds,
    findMax: !values['no-max'],
    textbook: !values['only-ours'],
    profile: values.profile,
    startPerS: usual.startPerS,
    mostTries: usual.mostTries,
  };
}

import { parseArgs } from 'node:util';

export const SWEEP_USAGE = `npm run bench -- sweep [--leads 100000] [--tenants 40] [--kill] [--quick]
  --leads    silent leads, of all tenants together
  --tenants  how many they belong to, each with twice as many as the next
  --kill     kill -9 the service half way, too: the time then holds its restart and the end of its lease
  --quick    a few leads, to see that all of it works; its figures say nothing`;

export interface SweepOptions {
  readonly leads: number;
  readonly tenants: number;
  readonly kill: boolean;
}

/** @throws Error with the usage. */
export function sweepOptions(args: readonly string[]): SweepOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      leads: { type: 'string' },
      tenants: { type: 'string' },
      kill: { type: 'boolean', default: false },
      quick: { type: 'boolean', default: false },
    },
  });
  const usual = values.quick ? { leads: 2_000, tenants: 5 } : { leads: 100_000, tenants: 40 };
  const options = { leads: Number(values.leads ?? usual.leads), tenants: Number(values.tenants ?? usual.tenants) };
  if (!Object.values(options).every((value) => Number.isInteger(value) && value > 0)) throw new Error(SWEEP_USAGE);
  return { ...options, kill: values.kill };
}

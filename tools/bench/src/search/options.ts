import { parseArgs } from 'node:util';

export const SEARCH_USAGE = `npm run bench -- search [--deliveries 5000000] [--rate 25] [--seconds 80] [--quick]
  --deliveries  rows to search in, over 30 days and 400 tenants; 5 million take about 8 GB in the folder for temporary files
  --rate        searches per second
  --seconds     how long they are measured
  --quick       few rows and few seconds, to see that all of it works; its figures say nothing`;

export interface SearchBenchOptions {
  readonly deliveries: number;
  readonly tenants: number;
  readonly ratePerS: number;
  readonly seconds: number;
}

/** @throws Error with the usage. */
export function searchOptions(args: readonly string[]): SearchBenchOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      deliveries: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const usual = values.quick
    ? { deliveries: '20000', tenants: 10, rate: '20', seconds: '5' }
    : { deliveries: '5000000', tenants: 400, rate: '25', seconds: '80' };
  const deliveries = Number(values.deliveries ?? usual.deliveries);
  const [ratePerS, seconds] = [Number(values.rate ?? usual.rate), Number(values.seconds ?? usual.seconds)];
  if (!Number.isInteger(deliveries) || deliveries < 1_000 || !(ratePerS > 0) || !(seconds > 0)) {
    throw new Error(SEARCH_USAGE);
  }
  return { deliveries, tenants: usual.tenants, ratePerS, seconds };
}

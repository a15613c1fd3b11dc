import { parseArgs } from 'node:util';

export const DEDUP_USAGE = `npm run bench -- dedup [--ids 30000000] [--batches 3000] [--quick]
  --ids      how many ids there are, claimed over 35 days
  --batches  how many batches of 100 are claimed on top, and as many beside it where there are next to none
  --quick    a few ids and batches, to see that all of it works; its figures say nothing`;

export interface DedupOptions {
  readonly ids: number;
  readonly batches: number;
}

/** @throws Error with the usage. */
export function dedupOptions(args: readonly string[]): DedupOptions {
  const { values } = parseArgs({
    args: [...args],
    options: {
      ids: { type: 'string' },
      batches: { type: 'string' },
      quick: { type: 'boolean', default: false },
    },
  });
  const usual = values.quick ? { ids: 20_000, batches: 40 } : { ids: 30_000_000, batches: 3_000 };
  const options = { ids: Number(values.ids ?? usual.ids), batches: Number(values.batches ?? usual.batches) };
  if (!Object.values(options).every((value) => Number.isInteger(value) && value >= 40)) throw new Error(DEDUP_USAGE);
  return options;
}

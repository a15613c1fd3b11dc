import { parseArgs } from 'node:util';

export const USAGE = `Usage: node --conditions=source tools/brokerage/src/main.ts --url URL --key-file PEM [options]

Posts the webhooks of simulated brokerages, signed, to a gateway: first the past weeks, then live without end.

  --url URL           where to post, for example http://localhost:4001/webhooks/ghl
  --key-file PEM      Ed25519 private key; the gateway must know its public half
  --seed N            which simulated world (1)
  --rate N            live webhooks per second, on average (3)
  --compress FACTOR   how many times faster than real leads live; then --rate does not count
  --history-days N    how much past to post first (45)
  --leads N           leads that arrive during that past (150)
  --tenants N         brokerages (3)
  --count N           stop after that many deliveries (endless)
  --state-file F      remember in F how far it came, and go on from there at the next start
  --truth-file F      write what no webhook tells to F, one JSON object per line`;

export interface Options {
  readonly url: URL;
  readonly keyFile: string;
  readonly seed: number;
  readonly rate: number;
  /** Null: whatever gives `rate`. */
  readonly compress: number | null;
  readonly historyDays: number;
  readonly leads: number;
  readonly tenants: number;
  readonly count: number;
  readonly truthFile: string | null;
  readonly stateFile: string | null;
}

/** What was wrong with the command line, every fault of it. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** @throws UsageError naming every option that is wrong. */
export function parseOptions(args: readonly string[]): Options {
  const values = valuesOf(args);
  const problems: string[] = [];
  const number = (
    name: keyof typeof values,
    fallback: number,
    fits: (value: number) => boolean,
    must: string,
  ): number => {
    const text = values[name];
    const value = text === undefined ? fallback : text.trim() === '' ? NaN : Number(text);
    if (Number.isFinite(value) ? !fits(value) : text !== undefined) problems.push(`--${name} must be ${must}`);
    return value;
  };
  const positive = (value: number): boolean => value > 0;
  const whole = (value: number): boolean => Number.isSafeInteger(value) && value > 0;
  const url = URL.canParse(values.url ?? '') ? new URL(values.url ?? '') : null;
  if (url?.protocol !== 'http:' && url?.protocol !== 'https:') problems.push('--url must be an http or https URL');
  if (values['key-file'] === undefined) problems.push('--key-file must name a PEM file with an Ed25519 private key');
  const options = {
    keyFile: values['key-file'] ?? '',
    seed: number('seed', 1, Number.isSafeInteger, 'a whole number'),
    rate: number('rate', 3, positive, 'a number above 0'),
    compress: values.compress === undefined ? null : number('compress', 1, (value) => value >= 1, 'a number from 1 on'),
    historyDays: number('history-days', 45, (value) => value >= 0 && value <= 3650, 'a number from 0 to 3650'),
    leads: number('leads', 150, whole, 'a whole number above 0'),
    tenants: number('tenants', 3, (value) => whole(value) && value <= 1000, 'a whole number from 1 to 1000'),
    count: number('count', Infinity, whole, 'a whole number above 0'),
    truthFile: values['truth-file'] ?? null,
    stateFile: values['state-file'] ?? null,
  };
  if (url === null || problems.length > 0) throw new UsageError(problems.join('; '));
  return { ...options, url };
}

const text = { type: 'string' } as const;

function valuesOf(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        url: text,
        'key-file': text,
        seed: text,
        rate: text,
        compress: text,
        'history-days': text,
        leads: text,
        tenants: text,
        count: text,
        'truth-file': text,
        'state-file': text,
      },
    }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

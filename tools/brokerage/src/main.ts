import { createPrivateKey, type KeyObject } from 'node:crypto';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { runFeed } from './feed.ts';
import { type Options, parseOptions, USAGE, UsageError } from './options.ts';
import { planFeed } from './plan.ts';
import { Poster } from './post.ts';
import { DAY_MS } from './rates.ts';
import { tenantsOf } from './simulate.ts';
import type { Truth } from './truth.ts';

const PROGRESS_EVERY_MS = 5_000;
const LIVE_PROGRESS_EVERY_MS = 60_000;

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  const key = readKey(options.keyFile);
  const poster = new Poster({ url: options.url, key, say });
  const { factor, history, deliveries } = planFeed(options, Date.now(), truthWriter(options));
  const names = tenantsOf(options).map(({ id, name }) => `${name} (${id})`);
  say(`${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`);
  say(`posting ${history} deliveries of the last ${options.historyDays} days`);
  await runFeed({
    deliveries,
    post: (body) => poster.post(body),
    onHanded: progress(poster, history, factor),
    ratePerSecond: options.rate,
    count: options.count,
  });
  poster.close();
  const { accepted, givenUp } = poster.counts;
  say(`done: ${accepted} accepted, ${givenUp} given up`);
}

function progress(poster: Poster, history: number, factor: number): (handed: number) => void {
  let nextAtMs = Date.now() + PROGRESS_EVERY_MS;
  return (handed) => {
    const nowMs = Date.now();
    const isLive = handed > history;
    if (handed === history + 1) {
      say(`history posted; live from here on, a simulated day in ${(DAY_MS / factor / 1000).toFixed(0)} s`);
    } else if (nowMs < nextAtMs) {
      return;
    } else if (isLive) {
      const { accepted, retried, givenUp } = poster.counts;
      say(`live: ${handed - history} posted; in all ${accepted} accepted, ${retried} retried, ${givenUp} given up`);
    } else {
      say(`history: ${handed} of ${history} posted`);
    }
    nextAtMs = nowMs + (isLive ? LIVE_PROGRESS_EVERY_MS : PROGRESS_EVERY_MS);
  };
}

/** Writes at once, so that the file is complete whenever the process ends. */
function truthWriter({ truthFile }: Options): (truth: Truth) => void {
  if (truthFile === null) return () => {};
  const file = openSync(truthFile, 'w');
  return (truth) => {
    writeSync(file, `${JSON.stringify(truth)}\n`);
  };
}

/** @throws UsageError when the file holds no Ed25519 private key. */
function readKey(keyFile: string): KeyObject {
  try {
    const key = createPrivateKey(readFileSync(keyFile));
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch (cause) {
    throw new UsageError('--key-file cannot be read as a private key in PEM', { cause });
  }
  throw new UsageError('--key-file is not an Ed25519 key');
}

function say(line: string): void {
  console.log(`brokerage: ${line}`);
}

// Nothing here needs finishing: what was posted stays posted, and the truth file is written line by line.
process.once('SIGTERM', () => process.exit(0));
process.once('SIGINT', () => process.exit(0));

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

import { createPrivateKey, type KeyObject } from 'node:crypto';
import { openSync, readFileSync, writeSync } from 'node:fs';
import { Checkpoints } from './checkpoint.ts';
import { runFeed } from './feed.ts';
import { parseOptions, USAGE, UsageError } from './options.ts';
import { type Due, type FeedPlan, planFeed, worldOf } from './plan.ts';
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
  const world = worldOf(options);
  const checkpoints = new Checkpoints(options.stateFile, world);
  const settledBefore = checkpoints.last?.settled ?? 0;
  const plan = planFeed(options, Date.now(), truthWriter(options.truthFile), checkpoints.last);
  const { epochMs, stretches } = plan;
  // Nothing else needs finishing: what was posted stays posted, and the truth file is complete at any moment.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.once(signal, () => {
      checkpoints.save();
      process.exit(0);
    });
  }
  const names = tenantsOf(options).map(({ id, name }) => `${name} (${id})`);
  say(`${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`);
  say(beginning(plan, settledBefore, options.historyDays));
  const report = progress(poster, plan, settledBefore);
  await runFeed({
    deliveries: plan.deliveries,
    post: (body) => poster.post(body),
    onHanded: (handed, unsettled) => {
      const { number, deliveredAtMs: reachedMs } = unsettled;
      checkpoints.reached({ world, epochMs, stretches, settled: number - 1, reachedMs }, Date.now());
      report(handed);
    },
    ratePerSecond: options.rate,
    count: options.count,
  });
  checkpoints.save();
  poster.close();
  const { accepted, givenUp } = poster.counts;
  say(`done: ${accepted} accepted, ${givenUp} given up`);
}

function beginning({ history, factor }: FeedPlan, settled: number, historyDays: number): string {
  if (settled >= history && settled > 0) return `going on live after ${settled} deliveries, ${pace(factor)}`;
  return `posting ${history - settled} deliveries of the last ${historyDays} days`;
}

function pace(factor: number): string {
  return `a simulated day in ${(DAY_MS / factor / 1000).toFixed(0)} s`;
}

function progress(poster: Poster, { history, factor }: FeedPlan, settled: number): (handed: Due) => void {
  let nextAtMs = Date.now() + PROGRESS_EVERY_MS;
  return ({ number }) => {
    const nowMs = Date.now();
    const isLive = number > history;
    if (number === history + 1 && settled <= history) {
      say(`history posted; live from here on, ${pace(factor)}`);
    } else if (nowMs < nextAtMs) {
      return;
    } else if (isLive) {
      const { accepted, retried, givenUp } = poster.counts;
      say(
        `live: ${number - history} posted; since the start ${accepted} accepted, ${retried} retried, ${givenUp} given up`,
      );
    } else {
      say(`history: ${number} of ${history} posted`);
    }
    nextAtMs = nowMs + (isLive ? LIVE_PROGRESS_EVERY_MS : PROGRESS_EVERY_MS);
  };
}

/** Writes at once, so that the file is complete whenever the process ends. */
function truthWriter(file: string | null): (truth: Truth) => void {
  if (file === null) return () => {};
  const descriptor = openSync(file, 'w');
  return (truth) => {
    writeSync(descriptor, `${JSON.stringify(truth)}\n`);
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

try {
  await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

import type { GatewayBenchOptions } from './gateway-options.ts';
import type { Bench, Findings, Kind, Maximum } from './gateway-findings.ts';
import { type LoadPhase, runLoadPhase } from './load-phase.ts';
import { highestHeld, type Ladder, nextRate, type Try } from './max-rate.ts';
import { phaseLine } from './gateway-report.ts';
import { signatureMs } from './our-gateway.ts';
import type { Receiver } from './receiver.ts';
import type { SignedBatch } from './signed-batch.ts';

/** A rate holds while 99 of 100 acks take less, and none is refused. */
const P99_LIMIT_MS = 30;
const COARSE_FACTOR = 1.5;
const FINE_FACTOR = 1.12;
const WITHOUT_POSTGRES_PER_S = 1_000;
/** Where webhooks of all kinds are held, so that a queue of one does not count against it. */
const BY_KIND_PER_S = 1_000;
/** Faster than this, what is slow while it is cold would only pile up. */
const WARM_UP_PER_S = 1_000;

/** Warm-up, then rounds in which every receiver takes its turn at every rate: a noisy minute hits all of them. */
export async function runRounds(bench: Bench, options: GatewayBenchOptions): Promise<Findings> {
  const all = [bench.ours, ...bench.textbooks];
  say('warming up');
  await inTurn(bench, all, Math.min(WARM_UP_PER_S, Math.max(...options.rates)), options.warmUpSeconds);
  const phases: LoadPhase[] = [];
  const kinds: Findings['kinds'][number][] = [];
  const maxima: Maximum[][] = [];
  const checks = await bench.ours.signatureChecks();
  for (let round = 1; round <= options.rounds; round++) {
    say(`round ${round} of ${options.rounds}`);
    for (const ratePerS of options.rates) phases.push(...(await inTurn(bench, all, ratePerS, options.seconds)));
    kinds.push(...(await byKind(bench, Math.min(BY_KIND_PER_S, Math.max(...options.rates)), options.seconds)));
    if (options.findMax) maxima.push(await findMaxima(bench, all, maxima.at(-1) ?? null, options));
  }
  const signatures = signatureMs(checks, await bench.ours.signatureChecks());
  const withoutPostgres = await whilePostgresIsDown(bench, options);
  return { phases, kinds, maxima, withoutPostgres, signatures };
}

/** The same requests to one receiver after the other. */
async function inTurn(
  bench: Bench,
  receivers: readonly Receiver[],
  ratePerS: number,
  seconds: number,
): Promise<LoadPhase[]> {
  const batch = await bench.signers.sign(ratePerS * seconds);
  const phases: LoadPhase[] = [];
  for (const receiver of receivers) phases.push(await run(bench, receiver, batch, ratePerS));
  return phases;
}

/** Webhooks that the gateway has not seen, the same once more, and such of a type that nobody knows. */
async function byKind(bench: Bench, ratePerS: number, seconds: number): Promise<Findings['kinds'][number][]> {
  const fresh = await bench.signers.sign(ratePerS * seconds);
  const parked = await bench.signers.sign(ratePerS * seconds, 'parked');
  const found: Findings['kinds'][number][] = [];
  for (const [kind, batch] of [
    ['new', fresh],
    ['duplicate', fresh],
    ['parked', parked],
  ] as const satisfies [Kind, SignedBatch][]) {
    found.push({ ...(await run(bench, bench.ours, batch, ratePerS, { areCopies: kind === 'duplicate' })), kind });
  }
  return found;
}

async function findMaxima(
  bench: Bench,
  receivers: readonly Receiver[],
  earlier: readonly Maximum[] | null,
  options: GatewayBenchOptions,
): Promise<Maximum[]> {
  const maxima: Maximum[] = [];
  for (const receiver of receivers) {
    const last = earlier?.find((one) => one.receiver === receiver.name)?.ratePerS ?? 0;
    const startPerS = last > 0 ? Math.round(last / FINE_FACTOR) : await region(bench, receiver, options);
    const ladder = { startPerS, factor: FINE_FACTOR, failures: 2, mostTries: options.mostTries };
    const { ratePerS, phase } = await climb(bench, receiver, ladder, options.seconds);
    const rssMb = receiver === bench.ours ? await bench.ours.residentMb() : null;
    maxima.push({ receiver: receiver.name, ratePerS, phase, rssMb });
  }
  return maxima;
}

/** Roughly where the highest rate is, by large and short steps. */
async function region(bench: Bench, receiver: Receiver, options: GatewayBenchOptions): Promise<number> {
  const { startPerS, mostTries } = options;
  const ladder = { startPerS, factor: COARSE_FACTOR, failures: 1, mostTries };
  const { ratePerS } = await climb(bench, receiver, ladder, Math.min(2, options.seconds));
  return ratePerS || startPerS;
}

async function climb(
  bench: Bench,
  receiver: Receiver,
  ladder: Ladder,
  seconds: number,
): Promise<Pick<Maximum, 'ratePerS' | 'phase'>> {
  const tries: Try[] = [];
  let best: LoadPhase | null = null;
  for (let ratePerS = nextRate(ladder, tries); ratePerS !== null; ratePerS = nextRate(ladder, tries)) {
    const phase = await run(bench, receiver, await bench.signers.sign(ratePerS * seconds), ratePerS);
    const held = phase.ackP99Ms < P99_LIMIT_MS && Object.keys(phase.refusals).length === 0;
    if (held) best = phase;
    tries.push({ ratePerS, held });
  }
  return { ratePerS: highestHeld(tries), phase: best };
}

async function whilePostgresIsDown(bench: Bench, options: GatewayBenchOptions): Promise<LoadPhase[]> {
  const [textbook] = bench.textbooks;
  if (bench.postgres === null || textbook === undefined) return [];
  say('Postgres is stopped');
  const batch = await bench.signers.sign(WITHOUT_POSTGRES_PER_S * options.seconds);
  const ours = await run(bench, bench.ours, batch, WITHOUT_POSTGRES_PER_S);
  await bench.postgres.stop();
  const later = await bench.signers.sign(WITHOUT_POSTGRES_PER_S * options.seconds);
  return [
    ours,
    await run(bench, bench.ours, later, WITHOUT_POSTGRES_PER_S),
    await run(bench, textbook, later, WITHOUT_POSTGRES_PER_S),
  ];
}

async function run(
  bench: Bench,
  receiver: Receiver,
  batch: SignedBatch,
  ratePerS: number,
  about: { readonly areCopies?: boolean } = {},
): Promise<LoadPhase> {
  const phase = await runLoadPhase(bench.generator, receiver, batch, ratePerS, about);
  say(phaseLine(phase));
  return phase;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

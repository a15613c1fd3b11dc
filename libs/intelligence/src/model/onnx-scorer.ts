import ort from 'onnxruntime-node';
import type { ModelName } from './additive.ts';
import { BatchBuffers } from './batch-buffers.ts';
import { type Decision, Decisions, sumOf } from './decisions.ts';
import { FeatureRows } from './feature-rows.ts';
import { hashOf, readHead, UnusableModel } from './model-file.ts';
import type { Scorer } from './scorer.ts';

// One thread: batches run beside each other in the service. What lies between the operations of a batch of 256 is large
// enough for the system to map and clear its pages anew in every run: the arena, which keeps them, saves a seventh.
const SESSION: ort.InferenceSession.SessionOptions = {
  executionProviders: ['cpu'],
  executionMode: 'sequential',
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  enableCpuMemArena: true,
  enableMemPattern: false,
};

/**
 * Opens a model from the bytes of its file and tries it.
 * @param expected.hash SHA-256 the file must have, in hex, as its manifest says.
 * @throws UnusableModel naming why this file cannot serve; what served before goes on.
 */
export async function openScorer(
  model: ModelName,
  bytes: Uint8Array,
  expected: { readonly hash?: string } = {},
): Promise<Scorer> {
  const hash = hashOf(bytes);
  if (expected.hash !== undefined && expected.hash !== hash) {
    throw new UnusableModel(`its hash is ${hash}, expected was ${expected.hash}`);
  }
  const head = readHead(bytes, model);
  const session = await sessionOf(bytes);
  const buffers = new BatchBuffers(head);
  const score: Scorer['score'] = async (rows, shifts) => {
    if (rows.count === 0) return new Decisions(head, 0);
    const { decisions, feeds, fetches } = buffers.take(rows, shifts);
    await session.run(feeds, fetches);
    return decisions;
  };
  try {
    await tryOut(score, head.features.length);
  } catch (cause) {
    await session.release();
    throw cause;
  }
  return { name: model, ...head, hash, score, close: () => session.release() };
}

async function sessionOf(bytes: Uint8Array): Promise<ort.InferenceSession> {
  try {
    return await ort.InferenceSession.create(bytes, SESSION);
  } catch (cause) {
    throw new UnusableModel(`ONNX refuses it: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

/** Warms the session, and refuses a model that does not say what it must. */
async function tryOut(score: Scorer['score'], width: number): Promise<void> {
  const values = [Number.NaN, Number.NEGATIVE_INFINITY, -1, 0, 0.5, 1, 7, 1_000, Number.POSITIVE_INFINITY];
  const rows = FeatureRows.of(
    values.map((value) => new Float64Array(width).fill(value)),
    width,
  );
  const shifts = Float64Array.from(values, (_, index) => index / 8);
  const decisions = await answered(score(rows, shifts));
  for (const [row, decision] of decisions.all().entries()) check(decision, shifts[row] ?? 0);
  decisions.release();
}

/** The runtime writes into arrays of ours: outputs of another type or shape fail here. */
async function answered(decisions: Promise<Decisions>): Promise<Decisions> {
  try {
    return await decisions;
  } catch (cause) {
    throw new UnusableModel(`it does not answer: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  }
}

function check({ logit, intercept, contributions, range }: Decision, shift: number): void {
  if (!Number.isFinite(logit) || !contributions.every(Number.isFinite)) {
    throw new UnusableModel('its score or one of its reasons is not finite');
  }
  if (logit !== sumOf(intercept, contributions)) throw new UnusableModel('its reasons do not add up to its score');
  if (contributions.at(-1) !== shift) throw new UnusableModel('it does not add what the tenant differs by');
  if (range !== null && !(range.low <= logit && logit <= range.high)) {
    throw new UnusableModel('its score lies outside its range');
  }
}

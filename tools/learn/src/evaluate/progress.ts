import type { TrainingProgress } from '@hub/intelligence/training';

const EVERY_MS = 2_000;

/** Tells on a stream how training goes: a line every other second at most. */
export function progressOn(stream: NodeJS.WritableStream, name: string, nowMs: () => number) {
  let saidMs = nowMs();
  return ({ stage, bag, round, loss }: TrainingProgress): void => {
    if (nowMs() - saidMs < EVERY_MS) return;
    saidMs = nowMs();
    stream.write(`  ${name}: ${stage}, bag ${bag + 1}, round ${round}, log loss ${loss.toFixed(4)}\n`);
  };
}

import type { Worker } from 'node:worker_threads';
import { atConstantRate } from './arrival.ts';
import type { HttpLoad } from './http-load.ts';
import { percentile } from './percentile.ts';
import type { ScreenMessage } from './screen.ts';

/** A signed webhook ready to be sent. */
export interface Shot {
  readonly eventId: string;
  readonly request: Buffer;
  /** A second delivery of one that is in the phase already: it must be accepted and change nothing. */
  readonly isCopy: boolean;
}

/** What one phase of constant rate showed. Latencies in ms from the intended send time. */
export interface PhaseResult {
  readonly ratePerS: number;
  readonly offered: number;
  readonly accepted: number;
  readonly pushed: number;
  readonly acceptedIds: readonly string[];
  readonly refusals: Readonly<Record<string, number>>;
  readonly ackP50Ms: number;
  readonly ackP99Ms: number;
  readonly pushP50Ms: number;
  readonly pushP99Ms: number;
}

/** After the last request was sent. */
const ANSWER_MS = 20_000;
const DRAIN_MS = 20_000;

/**
 * Sends `shots` at a constant rate and waits until the screens showed the score of each accepted one.
 * @param warmUp How many of the first shots are sent but not counted in the latencies.
 */
export async function runPhase(
  shots: readonly Shot[],
  ratePerS: number,
  warmUp: number,
  load: HttpLoad,
  screens: Worker,
): Promise<PhaseResult> {
  const intended = new Map<string, { atMs: number; counted: boolean }>();
  const accepted = new Set<string>();
  const pushed = new Set<string>();
  const refusals: Record<string, number> = {};
  const ackMs: number[] = [];
  const pushMs: number[] = [];
  const onMessage = (message: ScreenMessage): void => {
    if (message.kind !== 'scores') return;
    for (const eventId of message.eventIds) {
      const sent = intended.get(eventId);
      if (sent === undefined || pushed.has(eventId)) continue;
      pushed.add(eventId);
      if (sent.counted) pushMs.push(message.atMs - performance.timeOrigin - sent.atMs);
    }
  };
  screens.on('message', onMessage);
  const answers: Promise<void>[] = [];
  let answered = 0;
  const refuse = (why: string): void => {
    refusals[why] = (refusals[why] ?? 0) + 1;
  };
  await atConstantRate(ratePerS, shots.length, (index, atMs) => {
    const shot = shots[index];
    if (shot === undefined) return;
    const counted = index >= warmUp;
    if (!shot.isCopy) intended.set(shot.eventId, { atMs, counted });
    const outcome = load.send(shot.request).then(
      (answer) => {
        if (answer.status !== 200) return refuse(`HTTP ${answer.status}`);
        accepted.add(shot.eventId);
        if (counted) ackMs.push(answer.atMs - atMs);
      },
      (error: unknown) => refuse(error instanceof Error ? error.message : String(error)),
    );
    answers.push(
      outcome.then(() => {
        answered += 1;
      }),
    );
  });
  await Promise.race([Promise.all(answers), pause(ANSWER_MS)]);
  if (answered < answers.length) refusals['no answer'] = answers.length - answered;
  const deadline = performance.now() + DRAIN_MS;
  while (pushed.size < accepted.size && performance.now() < deadline) {
    await pause(20);
  }
  screens.off('message', onMessage);
  return {
    ratePerS,
    offered: shots.length,
    accepted: accepted.size,
    pushed: pushed.size,
    acceptedIds: [...accepted],
    refusals,
    ackP50Ms: percentile(ackMs, 0.5),
    ackP99Ms: percentile(ackMs, 0.99),
    pushP50Ms: percentile(pushMs, 0.5),
    pushP99Ms: percentile(pushMs, 0.99),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref(); // the stack keeps the process alive meanwhile
  });
}

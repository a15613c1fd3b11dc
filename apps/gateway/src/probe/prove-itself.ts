import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { setTimeout as pause } from 'node:timers/promises';
import { SourceDirectory } from '../source-directory.ts';
import { askItself } from './ask-itself.ts';
import { ProbeSource } from './probe-source.ts';
import { SelfProbe } from './self-probe.ts';

/** Longer than the longest way to an answer. */
const PROBE_DEADLINE_MS = 8_000;
const POLL_MS = 10;

export interface ProveOptions {
  /** Whether another gateway serves, which this one is to take over from. */
  readonly replaces: boolean;
  /** How long it may try then. */
  readonly withinMs: number;
}

/**
 * Begins to send the gateway webhooks of its own, before its port is open. One that is to take over waits until it is known
 * to take webhooks of every source. One that serves alone opens its port at once: senders are better off with a 429 than
 * without a connection.
 * @throws Error that says what is missing, when it is to take over and cannot.
 */
export async function proveItself(app: NestFastifyApplication, { replaces, withinMs }: ProveOptions): Promise<void> {
  await app.getHttpAdapter().getInstance().ready();
  const [directory, source, probe] = [app.get(SourceDirectory), app.get(ProbeSource), app.get(SelfProbe)];
  probe.start(() => askItself(app.getHttpServer(), source.make(), PROBE_DEADLINE_MS));
  if (!replaces) return;
  await within(withinMs, () => {
    directory.assertCaughtUp();
    probe.assertPassed();
  });
}

/** Until `check` throws no more. @throws what it threw last. */
async function within(timeoutMs: number, check: () => void): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return check();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await pause(POLL_MS);
  }
}

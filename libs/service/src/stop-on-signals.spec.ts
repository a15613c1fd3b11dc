import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '@hub/telemetry';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { stopOnSignals } from './stop-on-signals.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** Sends signals to the process as far as its listeners can tell, and records the exit codes they ask for. */
function start(close: () => Promise<void>) {
  const exits: number[] = [];
  const exited = Promise.withResolvers<void>();
  jest.spyOn(process, 'exit').mockImplementation((code) => {
    exits.push(Number(code));
    exited.resolve();
    return undefined as never; // The real one does not return; the listeners do nothing after it.
  });
  // Only what stopOnSignals uses of an application.
  const app = {
    close,
    getHttpServer: () => ({ closeAllConnections: () => undefined }),
  } as unknown as NestFastifyApplication;
  stopOnSignals(app, createLogger('demo', 'silent'));
  return { exits, exited: exited.promise };
}

let others: NodeJS.SignalsListener[][];

beforeEach(() => {
  // The deadline of a stop that a spec leaves hanging would end the whole test run, seconds later.
  jest.useFakeTimers();
  others = SIGNALS.map((signal) => process.listeners(signal));
  for (const signal of SIGNALS) process.removeAllListeners(signal);
});

afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
  for (const [at, signal] of SIGNALS.entries()) {
    process.removeAllListeners(signal);
    for (const listener of others[at] ?? []) process.on(signal, listener);
  }
});

describe('stopOnSignals', () => {
  it.each(SIGNALS)('on %s closes the application, then exits with 0', async (signal) => {
    let closed = 0;
    const { exits, exited } = start(async () => void (closed += 1));
    process.emit(signal, signal);
    await exited;
    expect([closed, exits]).toEqual([1, [0]]);
  });

  it('exits with 1 when closing fails', async () => {
    const { exits, exited } = start(() => Promise.reject(new Error('drain failed')));
    process.emit('SIGTERM', 'SIGTERM');
    await exited;
    expect(exits[0]).toBe(1);
  });

  it('a second signal does not wait any longer', async () => {
    const { exits, exited } = start(() => new Promise(() => undefined));
    process.emit('SIGINT', 'SIGINT');
    expect(exits).toEqual([]);
    process.emit('SIGINT', 'SIGINT');
    await exited;
    expect(exits[0]).toBe(1);
  });
});

import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { createLogger, createRegistry } from '@hub/telemetry';
import { type Breaker, createBreaker, type BreakerState } from './breaker.ts';
import { DependencyUnavailable } from './dependency-unavailable.ts';

const policy = { name: 'redis', timeoutMs: 1000, volumeThreshold: 4, resetMs: 30 };
const refuse = async () => {
  throw new Error('refused');
};
const answer = async () => 'pong';

async function fail(breaker: Breaker, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await expect(breaker.call(refuse)).rejects.toThrow('refused');
}

async function reached(breaker: Breaker, state: BreakerState): Promise<void> {
  while (breaker.state !== state) await sleep(1);
}

describe('createBreaker', () => {
  it('passes results and errors through while closed', async () => {
    const breaker = createBreaker(policy);
    await expect(breaker.call(answer)).resolves.toBe('pong');
    await fail(breaker, 1);
    expect(breaker.state).toBe('closed');
  });

  it('opens once most calls fail, then refuses without calling', async () => {
    const breaker = createBreaker({ ...policy, resetMs: 60_000 });
    await fail(breaker, 4);
    expect(breaker.state).toBe('open');
    let called = false;
    const refused = breaker.call(async () => {
      called = true;
    });
    await expect(refused).rejects.toMatchObject({
      name: 'DependencyUnavailable',
      dependency: 'redis',
      retryable: true,
      message: 'redis is unavailable: its breaker is open',
    });
    expect(called).toBe(false);
  });

  it('stays closed below the volume threshold, and at just the error threshold', async () => {
    const breaker = createBreaker(policy);
    await fail(breaker, 3);
    for (let time = 0; time < 3; time += 1) await breaker.call(answer);
    expect(breaker.state).toBe('closed');
    await fail(breaker, 1);
    expect(breaker.state).toBe('open');
  });

  it('lets one probe through after a while: success closes it', async () => {
    const breaker = createBreaker(policy);
    await fail(breaker, 4);
    await reached(breaker, 'halfOpen');
    const gate = Promise.withResolvers<string>();
    const probe = breaker.call(() => gate.promise);
    await expect(breaker.call(answer)).rejects.toBeInstanceOf(DependencyUnavailable);
    gate.resolve('pong');
    await expect(probe).resolves.toBe('pong');
    expect(breaker.state).toBe('closed');
  });

  it('a failed probe opens it again', async () => {
    const breaker = createBreaker(policy);
    await fail(breaker, 4);
    await reached(breaker, 'halfOpen');
    await fail(breaker, 1);
    expect(breaker.state).toBe('open');
    await reached(breaker, 'halfOpen');
    await expect(breaker.call(answer)).resolves.toBe('pong');
    expect(breaker.state).toBe('closed');
  });

  it('aborts only the call whose deadline has passed, and says so', async () => {
    const breaker = createBreaker({ ...policy, timeoutMs: 20 });
    const signals: AbortSignal[] = [];
    const hang = (signal: AbortSignal) => {
      signals.push(signal);
      return new Promise<never>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error));
      });
    };
    const hanging = breaker.call(hang);
    const quick = breaker.call(async (signal) => {
      signals.push(signal);
      return 'pong';
    });
    await expect(quick).resolves.toBe('pong');
    await expect(hanging).rejects.toThrow('redis is unavailable: no answer within 20 ms');
    await turn();
    expect(signals.map((signal) => signal.aborted)).toEqual([true, false]);
  });

  it('counts timeouts as failures whatever isFailure says', async () => {
    const breaker = createBreaker({
      ...policy,
      timeoutMs: 5,
      volumeThreshold: 1,
      resetMs: 60_000,
      isFailure: () => false,
    });
    await expect(breaker.call(() => new Promise(() => undefined))).rejects.toBeInstanceOf(DependencyUnavailable);
    expect(breaker.state).toBe('open');
  });

  it('does not count what speaks for the caller, not against the dependency', async () => {
    const breaker = createBreaker({ ...policy, isFailure: (error) => !(error instanceof RangeError) });
    const mistake = async () => {
      throw new RangeError('bad key');
    };
    for (let time = 0; time < 10; time += 1) await expect(breaker.call(mistake)).rejects.toThrow('bad key');
    expect(breaker.state).toBe('closed');
  });

  it.each([undefined, null, 'text'])('passes on a rejection with %p, which is no Error', async (reason) => {
    const breaker = createBreaker(policy);
    const outcome = breaker.call(() => Promise.reject(reason)).catch((error: unknown) => ({ error }));
    await expect(outcome).resolves.toEqual({ error: reason });
  });

  it('tells metrics and the log of each change of state', async () => {
    const registry = createRegistry('cache');
    const lines: string[] = [];
    const logger = createLogger('cache', 'info', { write: (line: string) => void lines.push(line) });
    const breaker = createBreaker({ ...policy, registry, logger });
    createBreaker({ ...policy, name: 'postgres', registry });
    await fail(breaker, 4);
    expect(await registry.metrics()).toContain('breaker_state{breaker="redis",service="cache"} 2');
    await reached(breaker, 'halfOpen');
    await breaker.call(answer);
    const metrics = await registry.metrics();
    expect(metrics).toContain('breaker_state{breaker="redis",service="cache"} 0');
    expect(metrics).toContain('breaker_state{breaker="postgres",service="cache"} 0');
    for (const to of ['open', 'halfOpen', 'closed']) {
      expect(metrics).toContain(`breaker_transitions_total{breaker="redis",to="${to}",service="cache"} 1`);
    }
    expect(lines.map((line) => (JSON.parse(line) as { state: string }).state)).toEqual(['open', 'halfOpen', 'closed']);
  });
});

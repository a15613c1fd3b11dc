import { describe, expect, it } from '@jest/globals';
import { until } from '@hub/testkit';
import { describeState, plainText, type Runnable, Supervised } from './supervised.ts';

/** Ends when it is told to; each start takes the next outcome, and succeeds when none is left. */
class FakeRunnable implements Runnable {
  pid: number | null = null;
  ready = true;
  starts = 0;
  failures: string[] = [];
  #tell: (how: string) => void = () => undefined;

  async start(): Promise<void> {
    this.starts += 1;
    const failure = this.failures.shift();
    if (failure !== undefined) throw new Error(failure);
    this.pid = this.starts;
  }

  async stop(): Promise<void> {
    this.pid = null;
  }

  kill(): void {
    this.end('killed by SIGKILL');
  }

  end(how: string): void {
    this.pid = null;
    this.#tell(how);
  }

  onExit(listener: (how: string) => void): void {
    this.#tell = listener;
  }

  lastLogLine(): Promise<string> {
    return Promise.resolve('{"level":60,"msg":"cannot start","err":{"message":"no NATS"}}');
  }

  isReady(): Promise<boolean> {
    return Promise.resolve(this.ready);
  }
}

function supervise(): { unit: Supervised; runnable: FakeRunnable; states: string[] } {
  const runnable = new FakeRunnable();
  const states: string[] = [];
  const onChange = () => {
    states.push(describeState(unit.state));
  };
  const unit = new Supervised({ name: 'gateway', port: 1, runnable, running: false, onChange });
  return { unit, runnable, states };
}

const ready = (unit: Supervised) => until(() => unit.state.at === 'ready', { what: 'ready' });

describe('a supervised process', () => {
  it('is started again when it ends, and its state says why', async () => {
    const { unit, runnable, states } = supervise();
    await unit.start();
    runnable.end('exit code 1');
    expect(unit.state.at).toBe('restarting');
    await ready(unit);
    expect(runnable.starts).toBe(2);
    expect(states).toEqual([
      'starting',
      'ready',
      'restarting (attempt 1): exit code 1: cannot start: no NATS',
      'ready',
    ]);
    await unit.stop();
  });

  it('counts attempts until one holds', async () => {
    const { unit, runnable, states } = supervise();
    await unit.start();
    runnable.failures = ['gateway ended while starting (exit code 1):\nlog line'];
    runnable.kill();
    await ready(unit);
    expect(runnable.starts).toBe(3);
    expect(states.filter((state) => state.startsWith('restarting'))).toEqual([
      expect.stringMatching(/^restarting \(attempt 1\): killed by SIGKILL/),
      expect.stringMatching(/^restarting \(attempt 2\): gateway ended while starting \(exit code 1\):/),
    ]);
    await unit.stop();
  });

  it('stays down once it was stopped, or killed to be held', async () => {
    const { unit, runnable } = supervise();
    await unit.start();
    unit.killAndHold();
    expect(unit.state).toEqual({ at: 'stopped' });
    await unit.start();
    runnable.end('exit code 1');
    await unit.stop();
    expect([unit.state.at, runnable.starts]).toEqual(['stopped', 2]);
  });

  it('tells its caller when the first start fails, and does not try again', async () => {
    const { unit, runnable } = supervise();
    runnable.failures = ['bad configuration'];
    await expect(unit.start()).rejects.toThrow('bad configuration');
    expect([unit.state.at, runnable.starts]).toEqual(['stopped', 1]);
  });

  it('is not ready while it cannot work, though it runs', async () => {
    const { unit, runnable, states } = supervise();
    await unit.start();
    runnable.ready = false;
    expect(await unit.check()).toBe(false);
    runnable.ready = true;
    expect(await unit.check()).toBe(true);
    expect(states).toEqual(['starting', 'ready', 'not ready', 'ready']);
    await unit.stop();
  });
});

describe('plainText', () => {
  it.each([
    ['{"level":30,"msg":"listening"}', 'listening'],
    ['{"level":60,"msg":"cannot start","err":{"message":"no NATS"}}', 'cannot start: no NATS'],
    ['  Error: x  ', 'Error: x'],
    ['{"level":30}', '{"level":30}'],
  ])('of %j is %j', (line, expected) => {
    expect(plainText(line)).toBe(expected);
  });
});

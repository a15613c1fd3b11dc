import { until } from '@hub/testkit';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type KeeperParts, type Worker, type WorkerEnd, WorkerKeeper } from './keep-workers.ts';

/** A worker that does what the spec says. */
class FakeWorker implements Worker {
  readonly pid: number;
  readonly replaces: boolean;
  readonly #ready = Promise.withResolvers<void>();
  readonly #ended = Promise.withResolvers<WorkerEnd>();
  readonly orders: string[] = [];

  constructor(pid: number, replaces: boolean) {
    this.pid = pid;
    this.replaces = replaces;
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  get ended(): Promise<WorkerEnd> {
    return this.#ended.promise;
  }

  serve(): void {
    this.#ready.resolve();
  }

  end(end: WorkerEnd): void {
    this.#ended.resolve(end);
  }

  drain(): void {
    this.orders.push('drain');
  }

  kill(signal: 'SIGTERM' | 'SIGKILL'): void {
    this.orders.push(signal);
    this.end({ code: null, signal });
  }
}

let keeper: WorkerKeeper | undefined;
afterEach(() => keeper?.stop());

function keep(count: number, more: Partial<KeeperParts> = {}) {
  const workers: FakeWorker[] = [];
  const told: string[] = [];
  const kept = new WorkerKeeper({
    count,
    fork: (replaces) => {
      const worker = new FakeWorker(workers.length + 1, replaces);
      workers.push(worker);
      return worker;
    },
    log: (_level, message, facts) => void told.push(`${message} ${JSON.stringify(facts)}`),
    readyWithinMs: 10_000,
    drainWithinMs: 10_000,
    backoffMs: 1,
    maxBackoffMs: 4,
    ...more,
  });
  keeper = kept;
  kept.start();
  const nth = (at: number) => until(() => workers[at - 1], { what: `worker ${at}` });
  return { kept, workers, told, nth };
}

describe('a worker that dies', () => {
  it('is started again, every time', async () => {
    const { nth, workers } = keep(1);
    for (const at of [1, 2, 3]) {
      const worker = await nth(at);
      worker.serve();
      await worker.ready;
      worker.end({ code: null, signal: 'SIGKILL' });
    }
    await nth(4);
    expect(workers.map(({ replaces }) => replaces)).toEqual([false, false, false, false]);
  });

  it('before any has served says that the gateway cannot start', async () => {
    const { kept, nth } = keep(2);
    (await nth(2)).end({ code: 78, signal: null });
    expect(await kept.failedToStart).toEqual({ code: 78, signal: null });
  });
});

describe('replacing', () => {
  it('drains each worker only once its successor serves, one after the other', async () => {
    const { kept, nth, workers } = keep(2);
    for (const at of [1, 2]) (await nth(at)).serve();
    const replaced = kept.replaceAll();
    const third = await nth(3);
    expect(workers.map(({ orders }) => orders)).toEqual([[], [], []]);
    third.serve();
    const fourth = await nth(4);
    expect(workers.map(({ orders }) => orders)).toEqual([['drain'], [], [], []]);
    fourth.serve();
    expect(await replaced).toBe(true);
    expect(workers.map(({ orders }) => orders)).toEqual([['drain'], ['drain'], [], []]);
    expect(workers.map(({ replaces }) => replaces)).toEqual([false, false, true, true]);
    for (const at of [1, 2]) (await nth(at)).end({ code: 0, signal: null });
    await until(() => kept.pids.length === 2, { what: 'the drained ones to be forgotten' });
    expect(workers).toHaveLength(4);
  });

  it.each([
    ['ends', (worker: FakeWorker) => worker.end({ code: 1, signal: null }), 10_000, 'it ended with code 1'],
    [
      'is killed',
      (worker: FakeWorker) => worker.end({ code: null, signal: 'SIGKILL' }),
      10_000,
      'it ended with SIGKILL',
    ],
    ['says why', (worker: FakeWorker) => worker.end({ code: 1, signal: null, why: 'no disk' }), 10_000, 'no disk'],
    ['takes too long', () => undefined, 1, 'it took too long'],
  ])('keeps the old worker when the new one %s', async (_, happens, readyWithinMs, why) => {
    const { kept, nth, told, workers } = keep(1, { readyWithinMs });
    (await nth(1)).serve();
    const replaced = kept.replaceAll();
    happens(await nth(2));
    expect(await replaced).toBe(false);
    expect(workers[0]?.orders).toEqual([]);
    expect(told).toEqual([`the new worker did not become ready, the old one goes on {"pid":2,"why":"${why}"}`]);
    expect(kept.pids).toContain(1);
  });

  it('starts another when the old worker dies and the new one fails', async () => {
    const { kept, nth } = keep(1);
    (await nth(1)).serve();
    const replaced = kept.replaceAll();
    const second = await nth(2);
    (await nth(1)).end({ code: null, signal: 'SIGKILL' });
    second.end({ code: 1, signal: null });
    expect(await replaced).toBe(false);
    expect((await nth(3)).replaces).toBe(false);
  });

  it('starts no third when the old worker dies and the new one serves', async () => {
    const { kept, nth, workers } = keep(1);
    (await nth(1)).serve();
    const replaced = kept.replaceAll();
    (await nth(1)).end({ code: null, signal: 'SIGKILL' });
    (await nth(2)).serve();
    expect(await replaced).toBe(true);
    (await nth(2)).end({ code: null, signal: 'SIGKILL' });
    await nth(3);
    expect(workers).toHaveLength(3);
  });

  it('kills a drained worker that does not end', async () => {
    const { kept, nth } = keep(1, { drainWithinMs: 1 });
    const first = await nth(1);
    first.serve();
    const replaced = kept.replaceAll();
    (await nth(2)).serve();
    await replaced;
    await until(() => first.orders.includes('SIGKILL'), { what: 'the end of the first' });
  });
});

it('stops all, and starts none again', async () => {
  const { kept, nth, workers } = keep(2);
  for (const at of [1, 2]) (await nth(at)).serve();
  await kept.stop();
  expect(workers.map(({ orders }) => orders)).toEqual([['SIGTERM'], ['SIGTERM']]);
  expect(kept.pids).toEqual([]);
  expect(workers).toHaveLength(2);
});

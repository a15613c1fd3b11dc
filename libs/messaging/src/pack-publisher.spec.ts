import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { setImmediate } from 'node:timers/promises';
import { Overloaded, PackPublisher, PackPublisherClosed } from './pack-publisher.ts';

interface Item {
  readonly id: number;
  readonly bytes: number;
}

const limits = {
  maxPackBytes: 100,
  maxPackCount: 4,
  maxWaitingBytes: 300,
  maxWaitMs: 1_000,
  nowMs: () => 0,
  mayBeWritten: () => false,
};
const sizeOf = ({ bytes }: Item): number => bytes;

/** Writes that succeed one by one, when told to. */
function manualWrites() {
  const packs: number[][] = [];
  const waiting: (() => void)[] = [];
  const write = (items: readonly Item[]): Promise<void> => {
    packs.push(items.map(({ id }) => id));
    return new Promise((resolve) => waiting.push(resolve));
  };
  const succeed = async (): Promise<void> => {
    waiting.shift()?.();
    await setImmediate();
  };
  return { packs, write, succeed };
}

describe('PackPublisher', () => {
  it('writes a lone item in the same tick', () => {
    const { packs, write } = manualWrites();
    void new PackPublisher({ ...limits, write, sizeOf }).send({ id: 1, bytes: 10 });
    expect(packs).toEqual([[1]]);
  });

  it('forms the next pack from what came in while one was written', async () => {
    const { packs, write, succeed } = manualWrites();
    const publisher = new PackPublisher({ ...limits, write, sizeOf });
    const sent = [1, 2, 3].map((id) => publisher.send({ id, bytes: 10 }));
    await succeed();
    await succeed();
    await Promise.all(sent);
    expect(packs).toEqual([[1], [2, 3]]);
  });

  it('tells how long each item of a pack waited for its turn', async () => {
    const { write, succeed } = manualWrites();
    const waits: number[] = [];
    let nowMs = 0;
    const publisher = new PackPublisher({
      ...limits,
      write,
      sizeOf,
      onTurn: (waitedMs) => void waits.push(waitedMs),
      nowMs: () => nowMs,
    });
    const sent = [0, 3, 5].map((atMs, id) => {
      nowMs = atMs;
      return publisher.send({ id, bytes: 10 });
    });
    nowMs = 7;
    await succeed();
    await succeed();
    await Promise.all(sent);
    expect(waits).toEqual([0, 4, 2]);
  });

  it('gives an item larger than a pack one of its own', async () => {
    const { packs, write, succeed } = manualWrites();
    const publisher = new PackPublisher({ ...limits, write, sizeOf });
    const sent = [10, 10, 250, 10].map((bytes, id) => publisher.send({ id, bytes }));
    for (const _ of sent) await succeed();
    await Promise.all(sent);
    expect(packs).toEqual([[0], [1], [2], [3]]);
  });

  it('refuses what it cannot hold, and takes again once there is room', async () => {
    const { packs, write, succeed } = manualWrites();
    const publisher = new PackPublisher({ ...limits, write, sizeOf });
    void publisher.send({ id: 1, bytes: 300 });
    await expect(publisher.send({ id: 2, bytes: 1 })).rejects.toThrow(Overloaded);
    await succeed();
    void publisher.send({ id: 3, bytes: 300 });
    expect(packs).toEqual([[1], [3]]);
  });

  it('finishes what it took when closed, and takes nothing more', async () => {
    const { packs, write, succeed } = manualWrites();
    const publisher = new PackPublisher({ ...limits, write, sizeOf });
    const sent = [1, 2].map((id) => publisher.send({ id, bytes: 1 }));
    const closed = publisher.close();
    await expect(publisher.send({ id: 3, bytes: 1 })).rejects.toThrow(PackPublisherClosed);
    await succeed();
    await succeed();
    await Promise.all([...sent, closed]);
    expect(packs).toEqual([[1], [2]]);
  });

  it('leaves out what became needless, and gives back what waited for too long', async () => {
    const { packs, write, succeed } = manualWrites();
    let nowMs = 0;
    const publisher = new PackPublisher({ ...limits, nowMs: () => nowMs, write, sizeOf });
    const sent = [publisher.send({ id: 1, bytes: 10 })];
    let needless = false;
    sent.push(publisher.send({ id: 2, bytes: 10 }, () => needless));
    const late = publisher.send({ id: 3, bytes: 10 });
    nowMs = 1_001;
    sent.push(publisher.send({ id: 4, bytes: 10 }, () => false));
    needless = true;
    await succeed();
    await expect(late).rejects.toThrow(Overloaded);
    await succeed();
    expect(await Promise.all(sent)).toEqual(['written', 'needless', 'written']);
    expect(packs).toEqual([[1], [4]]);
    expect(publisher.waitingBytes).toBe(0);
  });

  it.each([
    ['written once more when nobody knows what became of it', true, ['unknown'], 2, 'fulfilled'],
    ['given up when that is not known either', true, ['unknown', 'unknown'], 2, 'rejected'],
    ['not written again when it was refused', false, ['no room'], 1, 'rejected'],
  ])('a pack is %s', async (_, mayBeWritten, failures, attempts, status) => {
    const tried: (1 | 2)[] = [];
    const write = async (_items: readonly Item[], attempt: 1 | 2): Promise<void> => {
      tried.push(attempt);
      const failure = failures[tried.length - 1];
      if (failure !== undefined) throw new Error(failure);
    };
    const publisher = new PackPublisher({ ...limits, mayBeWritten: () => mayBeWritten, write, sizeOf });
    const sent = await Promise.allSettled([publisher.send({ id: 1, bytes: 1 })]);
    expect(sent.map((each) => each.status)).toEqual([status]);
    expect(tried).toEqual([1, 2].slice(0, attempts));
    expect(publisher.waitingBytes).toBe(0);
  });

  it('settles every item once, in order, in packs within bounds, one write at a time, whatever the timing', async () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 150 }), { maxLength: 30 });
    const failing = fc.func(fc.integer({ min: 0, max: 3 }).map((n) => n === 0));
    await fc.assert(
      fc.asyncProperty(sizes, failing, fc.scheduler(), async (bytesOf, fails, scheduler) => {
        const packs: (readonly Item[])[] = [];
        let writing = 0;
        const write = async (items: readonly Item[]): Promise<void> => {
          writing += 1;
          expect(writing).toBe(1);
          packs.push(items);
          await scheduler.schedule(Promise.resolve());
          writing -= 1;
          if (fails(items)) throw new Error('not written');
        };
        const publisher = new PackPublisher({ ...limits, write, sizeOf });
        const outcomes: { item: Item; as: 'written' | 'failed' | 'overloaded' }[] = [];
        const sent = bytesOf.map((bytes, id) =>
          scheduler.schedule(Promise.resolve()).then(async () => {
            const item = { id, bytes };
            try {
              await publisher.send(item);
              outcomes.push({ item, as: 'written' });
            } catch (error) {
              outcomes.push({ item, as: error instanceof Overloaded ? 'overloaded' : 'failed' });
            }
          }),
        );
        await scheduler.waitFor(Promise.all(sent));

        const tried = outcomes.filter(({ as }) => as !== 'overloaded');
        expect(packs.flat()).toEqual(tried.map(({ item }) => item));
        expect(outcomes).toHaveLength(bytesOf.length);
        const written = packs.filter((pack) => !fails(pack)).flat();
        expect(outcomes.filter(({ as }) => as === 'written').map(({ item }) => item)).toEqual(written);
        for (const pack of packs) {
          expect(pack.length).toBeLessThanOrEqual(limits.maxPackCount);
          const bytes = pack.reduce((sum, item) => sum + item.bytes, 0);
          expect(pack.length === 1 || bytes <= limits.maxPackBytes).toBe(true);
        }
        expect(publisher.waitingBytes).toBe(0);
      }),
    );
  });

  it('goes on after an item is sent from the very answer to the last one', async () => {
    const publisher = new PackPublisher<Item>({ ...limits, write: () => Promise.resolve(), sizeOf });
    for (let id = 0; id < 50; id++) await publisher.send({ id, bytes: 1 });
    expect(publisher.waitingBytes).toBe(0);
  });

  it('writes packs of one flow each, and lets the flows take turns', async () => {
    const { packs, write, succeed } = manualWrites();
    const flowOf = ({ id }: Item): string => (id < 10 ? 'flood' : 'quiet');
    const publisher = new PackPublisher({ ...limits, maxWaitingBytes: 10_000, write, sizeOf, flowOf });
    const sent = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((id) => publisher.send({ id, bytes: 30 }));
    for (let at = 0; at < 5; at += 1) await succeed();
    await Promise.all(sent);
    expect(packs).toEqual([[1], [2, 3, 4], [5, 6, 7], [10, 11], [8, 9]]);
  });

  it('lets no flow fill the memory alone', async () => {
    const { write } = manualWrites();
    const flowOf = ({ id }: Item): string => (id < 10 ? 'flood' : 'quiet');
    const publisher = new PackPublisher({ ...limits, write, sizeOf, flowOf });
    void publisher.send({ id: 0, bytes: 1 });
    void publisher.send({ id: 1, bytes: 140 });
    await expect(publisher.send({ id: 2, bytes: 40 })).rejects.toThrow(Overloaded);
    void publisher.send({ id: 10, bytes: 100 });
    expect([publisher.waitingBytes, publisher.waitingFlows]).toEqual([241, 2]);
  });

  it('keeps a distance between two writes, and none before a lone item or a full pack', async () => {
    const { packs, write, succeed } = manualWrites();
    const sleeps: { readonly ms: number; readonly end: () => void }[] = [];
    let nowMs = 0;
    const publisher = new PackPublisher({
      ...limits,
      write,
      sizeOf,
      nowMs: () => nowMs,
      paceMs: () => 5,
      sleep: (ms) => new Promise<void>((resolve) => sleeps.push({ ms, end: resolve })),
    });
    const sent = [1, 2].map((id) => publisher.send({ id, bytes: 10 }));
    nowMs = 1;
    await succeed();
    sent.push(publisher.send({ id: 3, bytes: 10 }));
    expect([packs, sleeps.map(({ ms }) => ms)]).toEqual([[[1]], [4]]);
    sleeps[0]?.end();
    await setImmediate();
    expect(packs).toEqual([[1], [2, 3]]);
    sent.push(...[4, 5, 6, 7].map((id) => publisher.send({ id, bytes: 10 })));
    await succeed();
    expect(packs[2]).toEqual([4, 5, 6, 7]);
    await succeed();
    nowMs = 6;
    sent.push(publisher.send({ id: 8, bytes: 10 }));
    expect(packs[3]).toEqual([8]);
    await succeed();
    await Promise.all(sent);
    expect(sleeps).toHaveLength(1);
  });

  it('gathers a pack that is not full, and takes a full one at once', async () => {
    const { packs, write, succeed } = manualWrites();
    const publisher = new PackPublisher({ ...limits, write, sizeOf, gatherMs: 4 });
    const sent = [1, 2].map((id) => publisher.send({ id, bytes: 10 }));
    expect(packs).toEqual([]);
    while (packs.length === 0) await setImmediate();
    expect(packs).toEqual([[1, 2]]);
    await succeed();
    const full = [3, 4, 5, 6].map((id) => publisher.send({ id, bytes: 10 }));
    while (packs.length === 1) await setImmediate();
    await succeed();
    await Promise.all([...sent, ...full]);
    expect(packs[1]).toEqual([3, 4, 5, 6]);
  });
});

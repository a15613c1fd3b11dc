import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { FairQueue, FifoQueue, type PackQueue } from './pack-queue.ts';

interface Item {
  readonly id: number;
  readonly flow: string;
  readonly bytes: number;
}

const bounds = { maxPackBytes: 100, maxPackCount: 4 };
const flowOf = ({ flow }: Item): string => flow;
const item = (id: number, flow: string, bytes = 10): Item => ({ id, flow, bytes });
const step: fc.Arbitrary<{ flow: string; bytes: number } | 'take'> = fc.oneof(
  fc.record({ flow: fc.constantFrom('a', 'b', 'c', 'd'), bytes: fc.integer({ min: 0, max: 150 }) }),
  fc.constant('take'),
);

/** Puts and takes as told, then takes the rest. */
function run(queue: PackQueue<Item>, steps: readonly ({ flow: string; bytes: number } | 'take')[]) {
  const put: Item[] = [];
  const packs: (readonly Item[])[] = [];
  for (const [id, one] of steps.entries()) {
    if (one === 'take') packs.push(queue.take());
    else {
      put.push({ id, ...one });
      queue.put({ id, ...one });
    }
  }
  while (queue.length > 0) packs.push(queue.take());
  return { put, packs };
}

describe.each([
  ['in the order they came', () => new FifoQueue<Item>(bounds)],
  ['flow by flow', () => new FairQueue(flowOf, bounds)],
])('%s', (_, make) => {
  it('every item leaves once, in packs within their bounds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { put, packs } = run(make(), steps);
        expect(packs.flat().toSorted((x, y) => x.id - y.id)).toEqual(put);
        for (const pack of packs) {
          expect(pack.length).toBeLessThanOrEqual(bounds.maxPackCount);
          const bytes = pack.reduce((sum, one) => sum + one.bytes, 0);
          expect(pack.length <= 1 || bytes <= bounds.maxPackBytes).toBe(true);
        }
      }),
    );
  });
});

describe('flow by flow', () => {
  it('no pack mixes flows, and each flow keeps its order', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { put, packs } = run(new FairQueue(flowOf, bounds), steps);
        for (const pack of packs) expect(new Set(pack.map(flowOf)).size).toBeLessThanOrEqual(1);
        for (const flow of ['a', 'b', 'c', 'd']) {
          expect(packs.flat().filter((one) => one.flow === flow)).toEqual(put.filter((one) => one.flow === flow));
        }
      }),
    );
  });

  it('a newcomer waits for one round, however much the others have', () => {
    const queue = new FairQueue(flowOf, bounds);
    for (let id = 0; id < 1_000; id += 1) queue.put(item(id, id % 2 ? 'flood' : 'other flood'));
    queue.take();
    queue.put(item(1_000, 'newcomer'));
    const flows = Array.from({ length: 8 }, () => queue.take()[0]?.flow);
    expect(flows).toContain('newcomer');
  });

  it('leaves room for whoever comes next', () => {
    const queue = new FairQueue(flowOf, bounds);
    let free = 90;
    const fill = (flow: string): number => {
      let held = 0;
      for (let id = 0; queue.hasRoom(item(id, flow, 1), free); id += 1) {
        queue.put(item(id, flow, 1));
        held += 1;
        free -= 1;
      }
      return held;
    };
    expect([fill('flood'), fill('other flood'), fill('third')]).toEqual([45, 23, 11]);
  });

  it('says how many flows wait', () => {
    const queue = new FairQueue(flowOf, bounds);
    for (const [id, flow] of ['a', 'b', 'a'].entries()) queue.put(item(id, flow));
    expect(queue.flows).toBe(2);
    queue.take();
    queue.take();
    expect([queue.flows, queue.length, queue.take()]).toEqual([0, 0, []]);
  });
});

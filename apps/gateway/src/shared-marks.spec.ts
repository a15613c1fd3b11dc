import { createBreaker } from '@hub/resilience';
import { createLogger } from '@hub/telemetry';
import { until } from '@hub/testkit';
import { describe, expect, it } from '@jest/globals';
import { setImmediate } from 'node:timers/promises';
import { type MarkStore, SharedMarks } from './shared-marks.ts';

/** A Redis in memory, and what it was asked. */
function memoryStore(failing = false) {
  const texts = new Map<string, string>();
  const calls: string[] = [];
  const store: MarkStore = {
    read: async (keys) => {
      calls.push(`read ${keys.length}`);
      if (failing) throw new Error('away');
      return keys.map((key) => texts.get(key) ?? null);
    },
    writeNew: async (marks) => {
      calls.push(`write ${marks.length}`);
      for (const { key, text } of marks) if (!texts.has(key)) texts.set(key, text);
    },
  };
  return { store, texts, calls };
}

function marksIn(store: MarkStore): SharedMarks {
  return new SharedMarks(store, createBreaker({ name: 'redis', timeoutMs: 1_000 }), createLogger('spec', 'silent'));
}

/** Lets what was gathered go out, and comes back when its answers are there too. */
async function sent(calls: readonly string[], what: 'read' | 'write', times = 1): Promise<void> {
  await until(() => calls.filter((call) => call.startsWith(what)).length >= times, { what });
  await setImmediate();
}

describe('SharedMarks', () => {
  it('finds what another process has marked, with the time it was first seen', async () => {
    const { store, calls } = memoryStore();
    marksIn(store).add('s1', 'a', 0);
    await sent(calls, 'write');
    marksIn(store).add('s1', 'a', 9);
    await sent(calls, 'write', 2);
    const found = marksIn(store).lookUp('s1', 'a');
    expect(found.firstSeenAtMs).toBeNull();
    await sent(calls, 'read');
    expect(found.firstSeenAtMs).toBe(0);
  });

  it('asks once for all that is gathered, and no more at a time than Redis can take', async () => {
    const { store, calls } = memoryStore();
    const marks = marksIn(store);
    for (let i = 0; i < 600; i += 1) marks.lookUp('s1', `${i}`);
    for (let i = 0; i < 3; i += 1) marks.add('s1', `${i}`, i);
    await sent(calls, 'read', 2);
    expect(calls.toSorted()).toEqual(['read 100', 'read 500', 'write 3']);
  });

  it('does not find what was marked for another incarnation of the stream', async () => {
    const { store, calls } = memoryStore();
    const marks = marksIn(store);
    marks.add('s1', 'a', 5);
    await sent(calls, 'write');
    const found = marks.lookUp('s2', 'a');
    await sent(calls, 'read');
    expect(found.firstSeenAtMs).toBeNull();
  });

  it.each(['', '5', 'seen:', 'seen:-5', 'seen:5 ', 'seen:NaN', 'seen:9999999999999999'])(
    'takes what it cannot read as no mark: %j',
    async (text) => {
      const { store, texts, calls } = memoryStore();
      texts.set('hub:seen:s1:a', text);
      const found = marksIn(store).lookUp('s1', 'a');
      await sent(calls, 'read');
      expect(found.firstSeenAtMs).toBeNull();
    },
  );

  it('takes an answer of the wrong length as none', async () => {
    const { store, calls } = memoryStore();
    const read: MarkStore['read'] = async (keys) => {
      await store.read(keys);
      return ['seen:1', 'seen:2'];
    };
    const found = marksIn({ ...store, read }).lookUp('s1', 'a');
    await sent(calls, 'read');
    expect(found.firstSeenAtMs).toBeNull();
  });

  it('finds nothing and throws nothing while Redis is away', async () => {
    const { store, calls } = memoryStore(true);
    const marks = marksIn(store);
    const found = Array.from({ length: 20 }, (_, i) => marks.lookUp('s1', `${i}`));
    await sent(calls, 'read');
    expect(found.every(({ firstSeenAtMs }) => firstSeenAtMs === null)).toBe(true);
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hash } from 'node:crypto';
import { RecentHashes } from './recent-hashes.ts';
import { RecentlySeen } from './recently-seen.ts';

const CHARACTERS = 8;

function keyOf(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, CHARACTERS);
}

describe('RecentHashes', () => {
  it('remembers a time of 0', () => {
    const seen = new RecentHashes(4, CHARACTERS);
    seen.add(keyOf('a'), 0);
    expect(seen.firstSeenAtMs(keyOf('a'))).toBe(0);
    expect(seen.firstSeenAtMs(keyOf('b'))).toBeUndefined();
  });

  it('tells keys apart that begin alike, however few slots there are', () => {
    const keys = Array.from({ length: 8 }, (_, at) => `samesam${at}`);
    const seen = new RecentHashes(8, CHARACTERS);
    for (const [at, key] of keys.entries()) seen.add(key, at);
    expect(keys.map((key) => seen.firstSeenAtMs(key))).toEqual(keys.map((_, at) => at));
    expect(seen.firstSeenAtMs('samesam9')).toBeUndefined();
  });

  it('knows what RecentlySeen knows, whatever is added, asked and cleared', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ key: fc.integer({ min: 0, max: 30 }), atMs: fc.nat(1_000) }) },
      { weight: 1, arbitrary: fc.constant('clear' as const) },
    );
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 120 }), (maxPerGeneration, steps) => {
        const hashes = new RecentHashes(maxPerGeneration, CHARACTERS);
        const model = new RecentlySeen(maxPerGeneration);
        for (const next of steps) {
          if (next === 'clear') for (const each of [hashes, model]) each.clear();
          else for (const each of [hashes, model]) each.add(keyOf(`${next.key}`), next.atMs);
          for (let key = 0; key <= 30; key += 1) {
            expect(hashes.firstSeenAtMs(keyOf(`${key}`))).toBe(model.firstSeenAtMs(keyOf(`${key}`)));
          }
        }
      }),
    );
  });
});

import { latencyBucket } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Counted, CountsAccumulator } from './counts.ts';

const answer: Counted = { path: 'ack', tenantId: 'loc1', outcome: 'accepted', atMs: 61_000, latencyMs: 1 };
const refusal = (reason: string) => () => ({ source: null, sourceId: null, reason, atMs: 1, maskedStart: '' });

describe('what is taken', () => {
  it('is nothing when nothing was counted, and each count is taken once', () => {
    const counts = new CountsAccumulator();
    expect(counts.take()).toBeNull();
    counts.count(answer);
    expect(counts.take()?.minutes).toHaveLength(1);
    expect(counts.take()).toBeNull();
  });

  it('has a row per path, tenant and minute', () => {
    const counts = new CountsAccumulator();
    for (const outcome of ['accepted', 'accepted', 'duplicate']) counts.count({ ...answer, outcome });
    counts.count({ ...answer, atMs: 119_999 });
    counts.count({ ...answer, atMs: 120_000 });
    counts.count({ ...answer, path: 'push', outcome: 'sent' });
    counts.count({ ...answer, tenantId: null });
    expect(counts.take()?.minutes).toMatchObject([
      { path: 'ack', tenantId: 'loc1', minuteMs: 60_000, outcomes: { accepted: 3, duplicate: 1 } },
      { path: 'ack', tenantId: 'loc1', minuteMs: 120_000, outcomes: { accepted: 1 } },
      { path: 'push', tenantId: 'loc1', minuteMs: 60_000, outcomes: { sent: 1 } },
      { path: 'ack', tenantId: '_', minuteMs: 60_000, outcomes: { accepted: 1 } },
    ]);
  });

  it('loses no answer, whatever the tenants and however few the rows', () => {
    const counted = fc.record({
      path: fc.constantFrom('ack' as const, 'push' as const),
      tenantId: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
      outcome: fc.constantFrom('accepted', 'duplicate', 'constructor'),
      atMs: fc.integer({ min: 0, max: 300_000 }),
      latencyMs: fc.double({ min: 0, max: 100_000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(counted), fc.integer({ min: 0, max: 5 }), (all, maxMinutes) => {
        const counts = new CountsAccumulator({ maxMinutes });
        for (const one of all) counts.count(one);
        const minutes = counts.take()?.minutes ?? [];
        expect(sum(minutes.flatMap(({ outcomes }) => Object.values(outcomes)))).toBe(all.length);
        expect(sum(minutes.flatMap(({ latency }) => latency))).toBe(all.length);
        expect(minutes.filter(({ tenantId }) => tenantId !== '_').length).toBeLessThanOrEqual(maxMinutes);
        for (const bucket of new Set(all.map(({ latencyMs }) => latencyBucket(latencyMs)))) {
          const inBucket = all.filter(({ latencyMs }) => latencyBucket(latencyMs) === bucket).length;
          expect(sum(minutes.map(({ latency }) => latency[bucket] ?? 0))).toBe(inBucket);
        }
      }),
    );
  });

  it('names each duplicate with its first and last copy', () => {
    const counts = new CountsAccumulator({ maxDuplicates: 2 });
    counts.duplicate('loc1', 'w-1', 100, 300);
    counts.duplicate('loc1', 'w-1', 100, 200);
    counts.duplicate('loc2', 'w-1', 150, 250);
    counts.duplicate('loc3', 'w-1', 150, 250);
    expect(counts.take()?.duplicates).toEqual([
      { tenantId: 'loc1', eventId: 'w-1', firstSeenAtMs: 100, lastSeenAtMs: 300, copies: 2 },
      { tenantId: 'loc2', eventId: 'w-1', firstSeenAtMs: 150, lastSeenAtMs: 250, copies: 1 },
    ]);
  });

  it('tells when a key was last used', () => {
    const counts = new CountsAccumulator();
    counts.keyUsed('ghl', 'platform', 20);
    counts.keyUsed('ghl', 'platform', 10);
    expect(counts.take()?.keyUses).toEqual([{ sourceId: 'ghl', keyId: 'platform', lastUsedAtMs: 20, uses: 2 }]);
  });
});

it('adds up what is held back of suspect sources, of as many as there is room for', () => {
  const counts = new CountsAccumulator({ maxSuspects: 1 });
  const portal = { id: 'portal', kind: 'hmac' } as const;
  counts.heldBack(portal, true, 5);
  counts.heldBack(portal, false, 9);
  counts.heldBack(portal, true, 7);
  counts.heldBack({ id: 'other', kind: 'ghl' }, true, 7);
  const told = { sourceId: 'portal', source: 'hmac', firstAtMs: 5, lastAtMs: 9, heldBack: 3, kept: 2 };
  expect(counts.take()?.suspects).toEqual([told]);
  expect(counts.take()).toBeNull();
});

describe('refusals', () => {
  it('stay as a few samples, made only when they do', () => {
    let made = 0;
    const counts = new CountsAccumulator({ maxRefusals: 3 }, () => 0.999);
    for (let at = 0; at < 100; at += 1) {
      counts.refused(() => {
        made += 1;
        return refusal(`r${at}`)();
      });
    }
    expect(counts.take()?.refusals.map(({ reason }) => reason)).toEqual(['r0', 'r1', 'r2']);
    expect(made).toBe(3);
  });

  it('have the same chance to stay, early or late', () => {
    const stayed = Array.from({ length: 10 }, () => 0);
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    for (let round = 0; round < 5_000; round += 1) {
      const counts = new CountsAccumulator({ maxRefusals: 3 }, random);
      for (let at = 0; at < 10; at += 1) counts.refused(refusal(String(at)));
      for (const { reason } of counts.take()?.refusals ?? [])
        stayed[Number(reason)] = (stayed[Number(reason)] ?? 0) + 1;
    }
    // 1,500 each is expected; four standard deviations are 130.
    for (const count of stayed) expect(Math.abs(count - 1_500)).toBeLessThan(160);
  });
});

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

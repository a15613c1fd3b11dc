import { describe, expect, it } from '@jest/globals';
import type { Database, Tx } from '@hub/database';
import { Decisions, FEATURES, type FeatureRows, type Scorer } from '@hub/intelligence';
import { createLogger } from '@hub/telemetry';
import type { DecidedLead } from '../decide.ts';
import { Shadows } from './shadows.ts';
import { TenantShifts } from './tenant-shifts.ts';

/** Says of each lead how many were scored before it, once it is let. */
class CountingScorer implements Scorer {
  readonly name = 'conversion';
  readonly kind = 'learned';
  readonly version = '1';
  readonly features: readonly string[] = [];
  readonly terms: readonly string[] = ['tenant'];
  readonly intercept = 0;
  readonly hash: string;
  readonly #until: Promise<void>;
  scored = 0;
  isClosed = false;

  constructor(hash: string, until: Promise<void> = Promise.resolve()) {
    this.hash = hash;
    this.#until = until;
  }

  async score(rows: FeatureRows): Promise<Decisions> {
    await this.#until;
    const decisions = new Decisions(this, rows.count);
    decisions.count = rows.count;
    for (let row = 0; row < rows.count; row += 1) decisions.logits[row] = this.scored + row;
    this.scored += rows.count;
    return decisions;
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

class FailingScorer extends CountingScorer {
  override score(): Promise<Decisions> {
    return Promise.reject(new Error('out of memory'));
  }
}

function newShadows() {
  const stored: { model: string; logit: number }[] = [];
  const counts = { stored: 0, dropped: 0, failed: 0 };
  const tx: Tx = {
    query: async ({ values }) => {
      const [, , , models, logits] = values as [unknown, unknown, unknown, string[], number[]];
      stored.push(...models.map((model, at) => ({ model, logit: logits[at] ?? Number.NaN })));
      return [];
    },
  };
  // What is stored and read of it is the integration spec's: here it only has to be a place to put things.
  const database = { asTenants: (_: unknown, work: (tx: Tx) => unknown) => work(tx) } as unknown as Database;
  const shadows = new Shadows({
    database,
    shifts: new TenantShifts(),
    logger: createLogger('spec', 'silent'),
    counted: (outcome, leads) => (counts[outcome] += leads),
  });
  return { shadows, stored, counts };
}

function decided(count: number): DecidedLead[] {
  const features = new Float64Array(FEATURES.length);
  return Array.from(
    { length: count },
    (_, at) =>
      ({
        tenantId: 'maple',
        scored: { leadId: `lead-${at}`, version: 1, scoredAtMs: 0 },
        features,
      }) as unknown as DecidedLead,
  );
}

describe('shadows', () => {
  it('score what they are offered, each on its own: one that fails keeps no other from it', async () => {
    const { shadows, stored, counts } = newShadows();
    shadows.seat(new Set(), [new FailingScorer('bad'), new CountingScorer('good')]);
    shadows.offer(decided(3));
    await shadows.idle();
    expect(stored).toEqual([0, 1, 2].map((logit) => ({ model: 'good', logit })));
    expect(counts).toEqual({ stored: 3, dropped: 0, failed: 3 });
  });

  it('leave the oldest out where they cannot keep up, and hold up nobody', async () => {
    const { shadows, counts } = newShadows();
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = new CountingScorer('slow', promise);
    shadows.seat(new Set(), [slow]);
    for (let batch = 0; batch < 100; batch += 1) shadows.offer(decided(100));
    expect(counts.dropped).toBeGreaterThan(5_000);
    resolve();
    await shadows.idle();
    expect(slow.scored + counts.dropped).toBe(10_000);
    expect(counts.stored).toBe(slow.scored);
  });

  it('leave once the batch they are at is done', async () => {
    const { shadows } = newShadows();
    const { promise, resolve } = Promise.withResolvers<void>();
    const [old, fresh] = [new CountingScorer('old', promise), new CountingScorer('new')];
    shadows.seat(new Set(), [old]);
    await shadows.idle();
    shadows.offer(decided(1));
    shadows.seat(new Set(), [fresh]);
    expect([...shadows.hashes]).toEqual(['new']);
    expect(old.isClosed).toBe(false);
    resolve();
    await shadows.idle();
    expect([old.isClosed, fresh.isClosed, old.scored]).toEqual([true, false, 1]);
  });

  it('copy nothing while there is none', async () => {
    const { shadows, counts } = newShadows();
    shadows.offer(decided(10));
    await shadows.idle();
    expect(counts).toEqual({ stored: 0, dropped: 0, failed: 0 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { Decisions, FEATURES, FeatureRows, type Scorer } from '@hub/intelligence';
import { createBreaker } from '@hub/resilience';
import { createLogger } from '@hub/telemetry';
import { Slot } from './slot.ts';
import { TenantShifts } from './tenant-shifts.ts';

const logger = createLogger('spec', 'silent');
const rows = FeatureRows.of([new Float64Array(FEATURES.length), new Float64Array(FEATURES.length)]);
const TENANTS = ['maple', 'birch'];

/** A model that answers when it is told to. */
class SlowScorer implements Scorer {
  readonly name = 'conversion';
  readonly kind = 'learned';
  readonly version = '1';
  readonly features: readonly string[] = [];
  readonly terms: readonly string[] = ['tenant'];
  readonly intercept = 0;
  readonly hash: string;
  readonly asked: (Float64Array | undefined)[] = [];
  readonly #answers: ((decisions: Decisions) => void)[] = [];
  isClosed = false;

  constructor(hash: string) {
    this.hash = hash;
  }

  score(_rows: FeatureRows, shifts?: Float64Array): Promise<Decisions> {
    if (this.isClosed) return Promise.reject(new Error('asked after it was closed'));
    this.asked.push(shifts);
    return new Promise((resolve) => this.#answers.push(resolve));
  }

  answerAll(): void {
    for (const answer of this.#answers.splice(0)) answer(new Decisions(this, 2));
  }

  async close(): Promise<void> {
    this.isClosed = true;
  }
}

function newSlot(timeoutMs = 60_000, shifts = new TenantShifts()): Slot {
  return new Slot('conversion', createBreaker({ name: 'onnx', timeoutMs }), logger, shifts);
}

describe('a slot', () => {
  it('has no answer while it is empty', async () => {
    const slot = newSlot();
    expect([slot.hash, await slot.score(rows, TENANTS)]).toEqual([null, null]);
  });

  it('gives the next batch to the new model at once; batches under way end on the old, which is released after', async () => {
    const slot = newSlot();
    const [old, fresh] = [new SlowScorer('old'), new SlowScorer('new')];
    await slot.seat(old);
    const underWay = [slot.score(rows, TENANTS), slot.score(rows, TENANTS)];
    const left = slot.seat(fresh);
    const next = slot.score(rows, TENANTS);
    fresh.answerAll();
    expect((await next)?.hash).toBe('new');
    expect(old.isClosed).toBe(false);
    old.answerAll();
    expect((await Promise.all(underWay)).map((scored) => scored?.hash)).toEqual(['old', 'old']);
    await left;
    expect([old.isClosed, fresh.isClosed]).toEqual([true, false]);
  });

  it('does not release a model that nobody waits for any more while it still works', async () => {
    const slot = newSlot(10);
    const old = new SlowScorer('old');
    await slot.seat(old);
    expect(await slot.score(rows, TENANTS)).toBeNull();
    const left = slot.seat(null);
    expect(old.isClosed).toBe(false);
    old.answerAll();
    await left;
    expect(old.isClosed).toBe(true);
  });

  it('tells its model what the tenant of each row differs by, as it was last set', async () => {
    const shifts = new TenantShifts();
    const slot = newSlot(60_000, shifts);
    const scorer = new SlowScorer('a');
    await slot.seat(scorer);
    const ask = async (): Promise<void> => {
      const asked = slot.score(rows, TENANTS);
      scorer.answerAll();
      await asked;
    };
    await ask();
    const of = (model: string, shift: number) => ({ tenantId: 'birch', model, shift, setAtMs: 0 });
    shifts.learn([of('a', 0.5), of('b', 3), of('a', 0.25)]);
    await ask();
    expect(scorer.asked.map((asked) => asked && [...asked])).toEqual([undefined, [0, 0.25]]);
  });
});

import { describe, expect, it } from '@jest/globals';
import { DependencyUnavailable } from '@hub/resilience';
import fc from 'fast-check';
import pg from 'pg';
import { type Failure, type FailureClass, failureOf, MAX_ATTEMPTS, nextStep } from './failure.ts';

function refused(code: string, more: Partial<pg.DatabaseError> = {}): pg.DatabaseError {
  return Object.assign(new pg.DatabaseError('value of someone', 0, 'error'), { code, ...more });
}

const failure = (kind: FailureClass): Failure => ({ class: kind, cause: 'somewhere', detail: null });
const always = () => true;
const never = () => false;

describe('what stopped a webhook', () => {
  it.each<[string, unknown, FailureClass, string]>([
    [
      'the database being away',
      new DependencyUnavailable('postgres', 'it does not answer'),
      'outage',
      'DependencyUnavailable@',
    ],
    ['the database being full', refused('53100'), 'outage', 'store:53100'],
    ['a migration that has not run', refused('42P01'), 'outage', 'store:42P01'],
    ['a deadlock', refused('40P01'), 'conflict', 'store:40P01'],
    ['a transaction that came too late', refused('40001'), 'conflict', 'store:40001'],
    ['text that Postgres does not take', refused('22P05'), 'badData', 'store:22P05'],
    ['a violated constraint', refused('23514'), 'badData', 'store:23514'],
    ['a row that is too large', refused('54000'), 'badData', 'store:54000'],
    ['a code of no known class', refused('P0001'), 'unexpected', 'store:P0001'],
    ['a fault of ours', new TypeError('of Ann Smith'), 'unexpected', 'TypeError@failure.spec:'],
    ['something that is no error', 'Ann Smith', 'unexpected', 'thrown value'],
  ])('is told of %s', (_, error, kind, cause) => {
    const told = failureOf(error);
    expect(told.class).toBe(kind);
    expect(told.cause.startsWith(cause)).toBe(true);
  });

  it('names columns and constraints, and never a value', () => {
    const error = refused('23502', { table: 'events', column: 'type', detail: 'Failing row contains (Ann Smith)' });
    expect(failureOf(error).detail).toBe('table events, column type');
    expect(JSON.stringify(failureOf(error))).not.toMatch(/Ann|someone/);
  });

  it('has one cause in every build: neither lines nor messages are part of it', () => {
    const thrown = (message: string) => new RangeError(message);
    expect(failureOf(thrown('one')).cause).toBe(failureOf(thrown('another')).cause);
  });
});

describe('the next step', () => {
  const attempts = fc.integer({ min: 1, max: 1_000 });
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  it('waits by full jitter: anything from nothing to a bound that doubles up to 8 s', () => {
    fc.assert(
      fc.property(attempts, chance, (attempt, random) => {
        const step = nextStep(failure('outage'), attempt, never, () => random);
        const bound = Math.min(8_000, 250 * 2 ** (attempt - 1));
        if (step.kind !== 'retry') throw new Error('given up');
        expect(step.afterMs).toBeGreaterThanOrEqual(0);
        expect(Math.abs(step.afterMs - random * bound)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is never to give up a webhook for what is not its fault, whatever the budget', () => {
    fc.assert(
      fc.property(fc.constantFrom('outage', 'conflict'), attempts, fc.boolean(), (kind, attempt, budget) => {
        expect(nextStep(failure(kind), attempt, () => budget).kind).toBe('retry');
      }),
    );
  });

  it('is to give up bad data at once, without a retry from the budget', () => {
    const withdrawn = () => {
      throw new Error('the budget was asked');
    };
    expect(nextStep(failure('badData'), 1, withdrawn)).toEqual({ kind: 'deadLetter', reason: 'notStorable' });
  });

  it('gives up anything else after so many attempts, or when the budget of all webhooks is used up', () => {
    fc.assert(
      fc.property(attempts, fc.boolean(), (attempt, budget) => {
        const step = nextStep(failure('unexpected'), attempt, budget ? always : never);
        const goesOn = budget && attempt < MAX_ATTEMPTS;
        expect(step).toMatchObject(goesOn ? { kind: 'retry' } : { kind: 'deadLetter', reason: 'retriesUsedUp' });
      }),
    );
  });
});

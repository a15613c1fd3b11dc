import { describe, expect, it } from '@jest/globals';
import { SingleFlight } from './single-flight.ts';

describe('SingleFlight', () => {
  it('does the work once for all who ask meanwhile, and again afterwards', async () => {
    const flights = new SingleFlight<number>();
    let runs = 0;
    const work = async () => {
      runs += 1;
      return runs;
    };
    expect(await Promise.all([flights.run('a', work), flights.run('a', work), flights.run('a', work)])).toEqual([
      1, 1, 1,
    ]);
    expect(await flights.run('a', work)).toBe(2);
    expect(flights.has('a')).toBe(false);
  });

  it('does the work of different keys apart', async () => {
    const flights = new SingleFlight<string>();
    expect(await Promise.all([flights.run('a', async () => 'A'), flights.run('b', async () => 'B')])).toEqual([
      'A',
      'B',
    ]);
  });

  it('a failure reaches everyone who waits, and is not kept', async () => {
    const flights = new SingleFlight<string>();
    const fail = async () => {
      throw new Error('away');
    };
    const results = await Promise.allSettled([flights.run('a', fail), flights.run('a', fail)]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await flights.run('a', async () => 'back')).toBe('back');
  });

  it('after a detach begins anew, and the old work does not end the new', async () => {
    const flights = new SingleFlight<string>();
    const [first, second] = [Promise.withResolvers<string>(), Promise.withResolvers<string>()];
    let firstIsCurrent: (() => boolean) | undefined;
    const before = flights.run('a', (flight) => {
      firstIsCurrent = () => flight.isCurrent;
      return first.promise;
    });
    flights.detach('a');
    const after = flights.run('a', () => second.promise);
    first.resolve('old');
    expect(await before).toBe('old');
    expect(firstIsCurrent?.()).toBe(false);
    expect(flights.has('a')).toBe(true);
    const joined = flights.run('a', async () => 'a third');
    second.resolve('new');
    expect(await Promise.all([after, joined])).toEqual(['new', 'new']);
  });
});

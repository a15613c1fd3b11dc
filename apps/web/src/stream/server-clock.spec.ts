import { describe, expect, it } from '@jest/globals';
import { type ClockReadings, offsetOf, withReading } from './server-clock.ts';

describe('the offset of the server clock', () => {
  it('is none before the server said anything', () => {
    expect(offsetOf([])).toBe(0);
  });

  it('trusts the message that was delayed least', () => {
    const readings = [30, 5, 800].reduce<ClockReadings>(
      (all, delayMs) => withReading(all, 100_000, 40_000 + delayMs),
      [],
    );
    expect(offsetOf(readings)).toBe(59_995);
  });

  it('follows a clock that was set', () => {
    let readings = withReading([], 900_000, 0);
    for (let beat = 0; beat < 30; beat += 1) readings = withReading(readings, 10, 0);
    expect(offsetOf(readings)).toBe(10);
  });
});

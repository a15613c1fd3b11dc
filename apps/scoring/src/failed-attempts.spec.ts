import { expect, it } from '@jest/globals';
import { FailedAttempts } from './failed-attempts.ts';

const place = (packSequence: number, packPosition = 0) => ({ packSequence, packPosition, storedAtMs: 1, attempt: 1 });
const attempt = (atMs: number) => ({ atMs, reason: 'retry', cause: 'somewhere' });

it('remembers the attempts at each webhook apart, in order, until they are taken', () => {
  const failed = new FailedAttempts();
  failed.note(place(7), attempt(1));
  failed.note(place(7, 1), attempt(2));
  failed.note(place(7), attempt(3));
  expect(failed.take(place(7))).toEqual([attempt(1), attempt(3)]);
  expect(failed.take(place(7))).toEqual([]);
  expect(failed.take(place(7, 1))).toEqual([attempt(2)]);
});

it('is bounded: the oldest webhook gives way, and of one the latest attempts stay', () => {
  const failed = new FailedAttempts();
  for (let pack = 0; pack < 1_001; pack += 1) failed.note(place(pack), attempt(pack));
  expect([failed.take(place(0)), failed.take(place(1))]).toEqual([[], [attempt(1)]]);
  for (let at = 0; at < 30; at += 1) failed.note(place(5_000), attempt(at));
  expect(failed.take(place(5_000)).map(({ atMs }) => atMs)).toEqual(Array.from({ length: 20 }, (_, i) => i + 10));
});

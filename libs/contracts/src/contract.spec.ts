import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { jsonCodec, subjectOf } from './contract.ts';
import { leadScored } from './lead-scored.ts';

describe('subjectOf', () => {
  it('fills the tokens of a subject', () => {
    expect(subjectOf(leadScored, 'l1C08ntBrFjLS0elLIYU')).toBe('lead.scored.l1C08ntBrFjLS0elLIYU');
  });

  it.each(['', '*', '>', 'a.b', 'a b', 'a\r\nPUB x', 'x'.repeat(65)])(
    'refuses %j, which could reach another tenant',
    (token) => {
      expect(() => subjectOf(leadScored, token)).toThrow(RangeError);
    },
  );

  it('refuses too few and too many tokens', () => {
    expect(() => subjectOf(leadScored)).toThrow(RangeError);
    expect(() => subjectOf(leadScored, 'a', 'b')).toThrow('too many');
  });
});

describe('jsonCodec', () => {
  const codec = jsonCodec(z.object({ score: z.number() }));

  it('keeps a stored 0', () => {
    expect(codec.decode(codec.encode({ score: 0 }))).toEqual({ score: 0 });
  });

  it.each([
    ['bytes that are not UTF-8', Buffer.of(0xff, 0xfe), 'not JSON'],
    ['text that is not JSON', Buffer.from('{'), 'not JSON'],
    ['another shape, naming the field', Buffer.from('{"score":"1"}'), 'score'],
  ])('refuses %s', (_, bytes, message) => {
    expect(() => codec.decode(bytes)).toThrow(message);
  });
});

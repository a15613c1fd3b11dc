import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { continueTrace, traceIdOf } from './trace-context.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const CHILD = new RegExp(`^00-${TRACE}-(?!${SPAN})[0-9a-f]{16}-0[01]$`);

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(...'0123456789abcdef'.split('')), minLength: length, maxLength: length });
const id = (length: number) => hex(length).filter((text) => !/^0+$/.test(text));
const validTraceparent = fc.tuple(id(32), id(16), hex(2)).map(([trace, span, flags]) => `00-${trace}-${span}-${flags}`);

describe('continueTrace', () => {
  it('makes a child with a span of its own', () => {
    expect(continueTrace(`00-${TRACE}-${SPAN}-01`)).toMatch(CHILD);
  });

  it.each([
    ['sampled is kept', '01', '01'],
    ['not sampled is kept', '00', '00'],
    ['flags we do not know are dropped', 'ff', '01'],
  ])('%s', (_what, given, expected) => {
    expect(continueTrace(`00-${TRACE}-${SPAN}-${given}`).slice(-2)).toBe(expected);
  });

  it('understands a later version, with or without fields of its own', () => {
    expect(continueTrace(`cc-${TRACE}-${SPAN}-01`)).toMatch(CHILD);
    expect(continueTrace(`cc-${TRACE}-${SPAN}-01-what-the-future-holds`)).toMatch(CHILD);
  });

  it.each([
    ['nothing', undefined],
    ['empty', ''],
    ['version ff', `ff-${TRACE}-${SPAN}-01`],
    ['version 00 with more', `00-${TRACE}-${SPAN}-01-more`],
    ['a later version with more but no dash', `cc-${TRACE}-${SPAN}-01more`],
    ['all-zero trace id', `00-${'0'.repeat(32)}-${SPAN}-01`],
    ['all-zero span id', `00-${TRACE}-${'0'.repeat(16)}-01`],
    ['upper case', `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ['short trace id', `00-${TRACE.slice(1)}-${SPAN}-01`],
    ['no flags', `00-${TRACE}-${SPAN}`],
    ['a newline after', `00-${TRACE}-${SPAN}-01\n`],
    ['a space before', ` 00-${TRACE}-${SPAN}-01`],
  ])('starts a new trace on %s', (_what, traceparent) => {
    const started = continueTrace(traceparent);
    expect(started).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(started).not.toContain(TRACE);
  });

  it('keeps the trace id of whatever is valid, over any number of hops', () => {
    fc.assert(
      fc.property(validTraceparent, fc.integer({ min: 1, max: 5 }), (traceparent, hops) => {
        let current = traceparent;
        for (let hop = 0; hop < hops; hop += 1) current = continueTrace(current);
        expect(traceIdOf(current)).toBe(traceIdOf(traceparent));
      }),
    );
  });

  it('always answers with something valid, whatever arrives', () => {
    fc.assert(fc.property(fc.string(), (text) => traceIdOf(continueTrace(text)).length === 32));
  });
});

describe('traceIdOf', () => {
  it('names what it was given as the problem, without quoting it', () => {
    expect(() => traceIdOf('secret')).toThrow(new RangeError('not a W3C traceparent'));
  });
});

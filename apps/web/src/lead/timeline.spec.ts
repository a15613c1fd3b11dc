import { describe, expect, it } from '@jest/globals';
import type { TimelineEntry } from '../api/rows.ts';
import { bodyText, joined } from './timeline.ts';

function entry(eventId: string, atMs: number): TimelineEntry {
  return { eventId, type: 'InboundMessage', atMs, receivedAtMs: atMs, events: [], machine: null, body: {} };
}

describe('joined', () => {
  it('puts the newest first and shows nothing twice', () => {
    const all = joined([entry('a', 3), entry('b', 1)], [entry('c', 2), entry('a', 3)]);
    expect(all.map(({ eventId }) => eventId)).toEqual(['a', 'c', 'b']);
  });

  it('has one order for entries of the same instant', () => {
    const one = joined([entry('a', 1)], [entry('b', 1)]);
    expect(one).toEqual(joined([entry('b', 1)], [entry('a', 1)]));
  });
});

describe('bodyText', () => {
  it.each([
    [{ a: 1 }, '{\n  "a": 1\n}'],
    ['{"a":1}', '{\n  "a": 1\n}'],
    ['<not json>', '<not json>'],
    [undefined, 'nothing was kept'],
    [null, 'null'],
  ])('shows %j', (body, text) => {
    expect(bodyText(body)).toBe(text);
  });
});

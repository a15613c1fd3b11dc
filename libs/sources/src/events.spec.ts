import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { elementsOf } from './elements.ts';
import { apiKeyOf, apiKeyText, MAX_BATCH_EVENTS } from './events.ts';
import { NOW_MS, opened, SOURCE_ID, sourceConformance } from './source.sharedspec.ts';

const secrets = { old: 'a1'.repeat(32), next: 'b2'.repeat(32), stranger: 'c3'.repeat(32) };
const bearer = (secret: string, sourceId = SOURCE_ID) => ({
  headers: { authorization: `Bearer ${apiKeyText({ sourceId, secret })}` },
});

sourceConformance({
  kind: 'events',
  secrets,
  sign: (by) => bearer(secrets[by]),
  malformed: { headers: { authorization: 'Bearer something-else' } },
  signsBody: false,
});

const source = opened({ kind: 'events', secrets });
const read = (text: string) =>
  source
    .read({ headers: {}, body: Buffer.from(text), pathToken: null, nowMs: NOW_MS })
    .map(({ eventId, type, body }) => ({
      eventId,
      type,
      text: Buffer.from(body).toString(),
    }));

describe('our own API', () => {
  it("does not take one source's key for another's", async () => {
    const sent = { ...bearer(secrets.old, 'src2'), body: Buffer.from('{}'), pathToken: null, nowMs: NOW_MS };
    expect(await source.verify(sent)).toEqual({ ok: false, reason: 'mismatch' });
  });

  it('reads the source from the key, also where its id holds underscores', () => {
    const key = { sourceId: 'a_b-c_d', secret: secrets.old };
    expect(apiKeyOf({ authorization: `Bearer ${apiKeyText(key)}` })).toEqual(key);
    expect(apiKeyOf({ authorization: `bearer ${apiKeyText(key)}` })).toEqual(key);
    expect(apiKeyOf({})).toBeNull();
    expect(apiKeyOf({ authorization: 'Basic x' })).toBe('malformed');
  });

  it('takes a batch apart, each event as the bytes it was sent in', () => {
    const batch = '[ {"id":"e-1","type":"note", "n":12345678901234567890} ,{"id":"e-2"},\n{"a":"]},[{\\"ü"}]';
    expect(read(batch)).toEqual([
      { eventId: 'src1:e-1', type: 'note', text: '{"id":"e-1","type":"note", "n":12345678901234567890}' },
      { eventId: 'src1:e-2', type: null, text: '{"id":"e-2"}' },
      { eventId: expect.stringMatching(/^[0-9a-f]{64}$/), type: null, text: '{"a":"]},[{\\"ü"}' },
    ]);
  });

  it('takes one event alone, and the same one in a batch, for one event', () => {
    expect(read('[{"type":"note"}]')).toEqual(read('{"type":"note"}'));
  });

  it.each([
    ['an empty batch', '[]'],
    ['a batch beyond the limit', JSON.stringify(Array.from({ length: MAX_BATCH_EVENTS + 1 }, () => 1))],
    ['half a batch', '[{"id":"e-1"},'],
  ])('keeps %s whole, for people to see', (_, text) => {
    expect(read(text).map((event) => event.text)).toEqual([text]);
  });

  it('takes the largest batch', () => {
    expect(read(JSON.stringify(Array.from({ length: MAX_BATCH_EVENTS }, () => 1)))).toHaveLength(MAX_BATCH_EVENTS);
  });

  it.each(['x'.repeat(129), 'a b', 'ü', '\n'])('makes an id of its own of %j, the same each time', (id) => {
    const [one] = read(JSON.stringify({ id }));
    expect(one?.eventId).toMatch(/^[0-9a-f]{64}$/);
    expect(read(JSON.stringify({ id, more: 1 }))[0]?.eventId).toBe(one?.eventId);
  });
});

describe('elementsOf', () => {
  const blank = fc.stringMatching(/^[ \t\r\n]{0,2}$/);

  it('finds every element of any array, whatever is in it and between', () => {
    const element = fc.jsonValue({ maxDepth: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(blank, element, blank)), blank, (parts, around) => {
        const inner = parts.map(([before, value, after]) => before + JSON.stringify(value) + after).join(',');
        const elements = elementsOf(Buffer.from(`${around}[${inner || around}]${around}`));
        expect(elements.map((bytes) => Buffer.from(bytes).toString())).toEqual(
          parts.map(([, value]) => JSON.stringify(value)),
        );
      }),
    );
  });
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { masked, pathKey, shapeOf } from './shape.ts';

const pathsOf = (body: unknown) =>
  Object.fromEntries([...shapeOf(body)].map(([path, seen]) => [path, seen.map(({ kind }) => kind)]));

describe('the shape of a body', () => {
  it('has the paths and kinds of a contact, with the items of arrays as one', () => {
    const body = {
      type: 'ContactCreate',
      dnd: false,
      tags: ['a', 'b'],
      email: null,
      customFields: [
        { id: 'x', value: 'text' },
        { id: 'y', value: 3 },
      ],
    };
    expect(pathsOf(body)).toEqual({
      type: ['string'],
      dnd: ['boolean'],
      tags: ['array'],
      'tags[]': ['string'],
      email: ['null'],
      customFields: ['array'],
      'customFields[]': ['object'],
      'customFields[].id': ['string'],
      'customFields[].value': ['string', 'number'],
    });
  });

  it('takes keys that are data for one', () => {
    const body = {
      answers: {
        ocQHyuzHvysMo5N5VsXc: 'a',
        '3f0a1c2e-9a53-4a57-b1a5-6d1b1f2f7c11': 'b',
        '42': 'c',
        'Ann Lee <ann@x.org>': 'd',
      },
      wide: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key${at}`, at])),
    };
    expect(pathsOf(body)).toEqual({
      answers: ['object'],
      'answers.*': ['string'],
      wide: ['object'],
      'wide.*': ['number'],
    });
  });

  it.each([
    'webhookId',
    'delivery-status',
    'First Name',
    '_id',
    'attributionSource',
    'address1',
    'opportunityMonetaryValue',
  ])('keeps the name of a field: %s', (key) => expect(pathKey(key)).toBe(key));

  it('is bounded whatever the body, and shows no letter or digit of a value', () => {
    fc.assert(
      fc.property(fc.anything({ maxDepth: 12, maxKeys: 120 }), (body) => {
        const shape = shapeOf(body);
        expect(shape.size).toBeLessThanOrEqual(400);
        for (const [path, seen] of shape) {
          expect(path.split(/\.|\[\]/).length).toBeLessThanOrEqual(18);
          for (const { kind, example } of seen) {
            if (kind !== 'boolean') expect(example ?? '').not.toMatch(/[^x\P{L}]|[^0\P{N}]/u);
            expect((example ?? '').length).toBeLessThanOrEqual(82);
          }
        }
      }),
    );
  });

  it.each([
    ['ann.lee+1@mail.example', 'xxx.xxx+0@xxxx.xxxxxxx'],
    ['2026-09-01T12:00:00.000Z', '0000-00-00x00:00:00.000x'],
    ['+1 (415) 555-0100', '+0 (000) 000-0000'],
    ['Zoë 9', 'xxx 0'],
  ])('masks %s', (text, expected) => expect(masked(text)).toBe(expected));
});

import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { changesOf, type KnownType, type SchemaChange, vanishedAfter } from './changes.ts';
import { shapeOf } from './shape.ts';
import { joined, type TypeShape, typeShapeOf } from './type-shape.ts';

const one = (body: unknown, atMs = 0): TypeShape => typeShapeOf(shapeOf(body), atMs, 1);
const all = (bodies: readonly unknown[]): TypeShape => bodies.map((body, at) => one(body, at)).reduce(joined);

/** Bodies in portions, as they are flushed; gives every change in order. */
function watch(portions: readonly (readonly unknown[])[]): SchemaChange[] {
  let known: KnownType | null = null;
  const found: SchemaChange[] = [];
  for (const bodies of portions) {
    const more = all(bodies);
    const shape: TypeShape = known === null ? more : joined(known.shape, more);
    const changes: SchemaChange[] = changesOf(known, shape, true);
    known = { shape, vanished: vanishedAfter(known, changes) };
    found.push(...changes);
  }
  return found;
}
const times = (count: number, body: unknown) => Array.from({ length: count }, () => body);
const named = (changes: readonly SchemaChange[]) => changes.map(({ change, path }) => [change, path]);

describe('joining shapes', () => {
  const body = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.string(), fc.integer(), fc.constant(null)), {
    noNullPrototype: true,
  });

  it('gives the same one by one and in any portions', () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 2, maxLength: 30 }), fc.nat(), (bodies, cut) => {
        const at = 1 + (cut % (bodies.length - 1));
        const shapes = bodies.map((each, place) => one(each, place));
        const portions = [shapes.slice(0, at).reduce(joined), shapes.slice(at).reduce(joined)];
        expect(portions.reduce(joined)).toEqual(shapes.reduce(joined));
      }),
    );
  });

  it('counts each field as often as it was there', () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 30 }), (bodies) => {
        const shape = all(bodies);
        expect(shape.lookedAt).toBe(bodies.length);
        for (const [path, field] of shape.fields) {
          const places = bodies.flatMap((each, at) => (Object.hasOwn(each, path) ? [at + 1] : []));
          expect([field.count, field.firstPlace, field.lastPlace]).toEqual([places.length, places[0], places.at(-1)]);
        }
      }),
    );
  });
});

describe('schema changes', () => {
  it('begin with the type, known to the documents or not', () => {
    expect(named(changesOf(null, one({ a: 1 }), true))).toEqual([['newType', null]]);
    expect(named(changesOf(null, one({ a: 1 }), null))).toEqual([['newType', null]]);
    expect(named(changesOf(null, one({ a: 1 }), false))).toEqual([['unknownType', null]]);
  });

  it('tell a new field once enough is known to call it new', () => {
    expect(named(watch([times(5, { a: 1 }), [{ a: 1, b: 1 }]]))).toEqual([['newType', null]]);
    expect(named(watch([times(20, { a: 1 }), [{ a: 1, b: 1 }], [{ a: 1, b: 2 }]]))).toEqual([
      ['newType', null],
      ['newField', 'b'],
    ]);
  });

  it('tell a changed kind once, but not that a field may be null', () => {
    const changes = watch([[{ a: 1 }], [{ a: null }], [{ a: 'x' }], [{ a: 'y' }], [{ b: null }], [{ b: 1 }]]);
    expect(changes.slice(1)).toEqual([
      { change: 'changedKind', path: 'a', detail: { was: ['number'], now: ['string'] } },
    ]);
  });

  it('tell that a field that was always there is gone after 100 without it, once, and that it is back', () => {
    const both = { a: 1, b: 1 };
    const changes = watch([times(120, both), times(99, { a: 1 }), [{ a: 1 }], times(50, { a: 1 }), [both], [both]]);
    expect(named(changes)).toEqual([
      ['newType', null],
      ['vanishedField', 'b'],
      ['returnedField', 'b'],
    ]);
  });

  it('do not call gone what was often left out', () => {
    const sometimes = Array.from({ length: 200 }, (_, at) => (at % 10 === 0 ? { a: 1 } : { a: 1, b: 1 }));
    expect(named(watch([sometimes, times(150, { a: 1 })]))).toEqual([['newType', null]]);
  });
});

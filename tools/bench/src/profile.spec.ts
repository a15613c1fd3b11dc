import { describe, expect, it } from '@jest/globals';
import { placeOf } from './profile.ts';

describe('placeOf', () => {
  it.each([
    ['file:///x/node_modules/@nats-io/nats-core/lib/parser.js', 'f', '@nats-io/nats-core'],
    ['file:///x/libs/a/node_modules/pg/lib/client.js', 'f', 'pg'],
    ['file:///x/apps/scoring/dist/decide.js', 'f', 'apps/scoring/dist/decide.js'],
    ['node:internal/streams/writable', 'f', 'node:internal/streams'],
    ['', '(garbage collector)', '(garbage collector)'],
    ['', 'writev', 'native writev'],
  ])('of %s %s is %s', (url, functionName, place) => {
    expect(placeOf({ url, functionName })).toBe(place);
  });
});

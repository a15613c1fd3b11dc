import { describe, expect, it } from '@jest/globals';
import { isAtLeast, parseVersion } from './version.ts';

describe('parseVersion', () => {
  it.each([
    ['nats-server: v2.15.1', [2, 15, 1]],
    ['postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)', [15, 18]],
    ['postgres (PostgreSQL) 18beta1', [18]],
    ['Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1', [7, 0, 15]],
    ['no digits', null],
  ])('reads %j', (text, expected) => {
    expect(parseVersion(text)).toEqual(expected);
  });
});

describe('isAtLeast', () => {
  it.each([
    [[2, 10, 23], [2, 10, 23], true],
    [[2, 10, 22], [2, 10, 23], false],
    [[2, 9, 99], [2, 10, 23], false],
    [[2, 11], [2, 10, 23], true],
    [[3], [2, 10, 23], true],
    [[2, 10], [2, 10, 23], false],
    [[15], [15], true],
  ])('of %j and %j is %s', (version, minimum, expected) => {
    expect(isAtLeast(version, minimum)).toBe(expected);
  });
});

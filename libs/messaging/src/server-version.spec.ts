import { describe, expect, it } from '@jest/globals';
import { isAtLeast, knowsPersistMode } from './server-version.ts';

describe('isAtLeast', () => {
  it.each([
    ['2.10.23', true],
    ['2.10.24', true],
    ['2.11.0', true],
    ['3.0.0', true],
    ['v2.12.0-RC.1', true],
    ['2.10.22', false],
    ['2.9.10', false],
    ['1.99.99', false],
    ['unknown', false],
  ])('%s', (found, enough) => {
    expect(isAtLeast(found, '2.10.23')).toBe(enough);
  });
});

describe('knowsPersistMode', () => {
  it.each([
    ['2.11.9', false],
    ['2.12.0', true],
    ['2.15.1', true],
  ])('%s', (version, knows) => {
    expect(knowsPersistMode(version)).toBe(knows);
  });
});

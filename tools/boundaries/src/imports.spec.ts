import { describe, expect, it } from '@jest/globals';
import { importsOf } from './imports.ts';

describe('importsOf', () => {
  it.each([
    [`import { a } from 'x';`, ['x']],
    [`import 'reflect-metadata';`, ['reflect-metadata']],
    [`import type { A } from "x";`, ['x']],
    [`import {\n  a,\n  b,\n} from './y.ts';`, ['./y.ts']],
    [`export * from './z.ts';`, ['./z.ts']],
    [`const page = await import('./page.ts');`, ['./page.ts']],
    [`import a from 'x';\nimport b from 'y';`, ['x', 'y']],
    [`export const from = 'nowhere';`, []],
    [`const text = "no import from 'x'";`, []],
  ])('of %j are %j', (source, expected) => {
    expect(importsOf(source)).toEqual(expected);
  });
});

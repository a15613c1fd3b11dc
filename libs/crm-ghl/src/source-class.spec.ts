import { expect, it } from '@jest/globals';
import { sourceClass } from './source-class.ts';

it.each([
  [null, null],
  ['Referral: past client', 'referral'],
  ['zillow form', 'portal'],
  ['Google Ads', 'ads'],
  ['Facebook lead form', 'social'],
  ['Open House 12 May', 'open house'],
  ['csv import', 'import'],
  ['Home valuation landing page', 'website'],
  ['Aunt Mo', 'other'],
])('reads the source %j as %j', (source, expected) => {
  expect(sourceClass(source)).toBe(expected);
});

import { describe, expect, it } from '@jest/globals';
import type { ModelState, RegisteredModel } from '@hub/database/registry';
import { findModel } from './find-model.ts';

const model = (hash: string, name: string, version: string, state: ModelState = 'candidate'): RegisteredModel => ({
  hash,
  name,
  version,
  state,
});

const MODELS = [
  model('abcd11', 'conversion', '1', 'retired'),
  model('abcd22', 'conversion', '2', 'champion'),
  model('ef0033', 'goingCold', '2'),
];

describe('a word', () => {
  it.each([
    ['conversion@1', 'abcd11'],
    ['conversion@champion', 'abcd22'],
    ['abcd2', 'abcd22'],
    ['ABCD22', 'abcd22'],
    ['goingCold@2', 'ef0033'],
  ])('%s names a model', (word, hash) => {
    expect(findModel(MODELS, word).hash).toBe(hash);
  });

  it.each([
    ['abcd', 'abcd may be conversion@1 or conversion@2: say more of it'],
    ['abc', 'no model abc is registered'],
    ['goingCold@champion', 'no model goingCold@champion'],
    ['conversion', 'no model conversion is registered'],
    ['', 'no model'],
  ])('%j names none, or several', (word, why) => {
    expect(() => findModel(MODELS, word)).toThrow(why);
  });
});

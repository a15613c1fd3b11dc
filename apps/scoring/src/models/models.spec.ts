import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FEATURES, FeatureRows, modelPath, termsOf } from '@hub/intelligence';
import { type Breaker, createBreaker } from '@hub/resilience';
import { createLogger } from '@hub/telemetry';
import { loadModels } from './load-models.ts';

const logger = createLogger('spec', 'silent');
const breaker = createBreaker({ name: 'onnx', timeoutMs: 5_000 });
const features = FEATURES.map(({ name }) => name);
const blank = FeatureRows.of([new Float64Array(FEATURES.length).fill(Number.NaN)]);

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hub-models-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe('the models', () => {
  it('are the ONNX files that were built', async () => {
    const { conversion, goingCold } = await loadModels(null, breaker, logger);
    expect(await conversion.score(blank, ['maple'])).toMatchObject({ servedBy: 'onnx', kind: 'prior' });
    expect(await goingCold.score(blank, ['maple'])).toMatchObject({ servedBy: 'onnx', kind: 'prior' });
  });

  it('are the priors of the build where files are missing or broken, and each answer says so', async () => {
    writeFileSync(modelPath('goingCold', folder), 'not a model');
    const { conversion, goingCold } = await loadModels(folder, breaker, logger);
    expect(await conversion.score(blank, ['maple'])).toMatchObject({ servedBy: 'builtin' });
    expect(await goingCold.score(blank, ['maple'])).toMatchObject({ servedBy: 'builtin' });
  });

  it('answer from the prior while ONNX fails, with the same score', async () => {
    const broken: Breaker = { name: 'onnx', state: 'open', call: () => Promise.reject(new Error('out of memory')) };
    const [healthy, failing] = await Promise.all([loadModels(null, breaker, logger), loadModels(null, broken, logger)]);
    const [expected, actual] = await Promise.all([
      healthy.conversion.score(blank, ['maple']),
      failing.conversion.score(blank, ['maple']),
    ]);
    expect(actual.servedBy).toBe('builtin');
    expect(actual.decisions.all()).toEqual(expected.decisions.all());
  });

  it('are catalogued with what is needed to explain a stored decision', async () => {
    const { conversion, catalogue } = await loadModels(null, breaker, logger);
    const { hash, decisions } = await conversion.score(blank, ['maple']);
    const entry = catalogue.find((model) => model.hash === hash);
    expect(entry).toMatchObject({ name: 'conversion', kind: 'prior', intercept: decisions.at(0).intercept });
    expect(entry?.features).toEqual(features);
    expect(entry?.terms).toEqual(termsOf({ features, pairs: [] }));
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import { foldAll } from '../features/fold.ts';
import { scene } from '../features/histories.for-spec.ts';
import { FEATURES, featuresAt } from '../features/table.ts';
import { type AdditiveModel, type PriorName, sumOf } from './additive.ts';
import { toOnnx } from './graph.ts';
import { hashOf } from './model-file.ts';
import { PRIORS } from './priors.ts';
import { builtInScorer, loadScorer } from './scorer.ts';

const { ModelProto } = onnxProto.onnx;
const MODELS: readonly PriorName[] = ['conversion', 'goingCold'];

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hub-models-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array): Promise<string> {
  const path = join(folder, `${hashOf(bytes)}.onnx`);
  await writeFile(path, bytes);
  return path;
}

/** A model file with something about it changed. */
function changed(model: AdditiveModel, change: (file: Onnx.ModelProto) => void): Uint8Array {
  const file = ModelProto.decode(toOnnx(model));
  change(file);
  return ModelProto.encode(file).finish();
}

function says(file: Onnx.ModelProto, key: string, value: string): void {
  for (const prop of file.metadataProps) if (prop.key === key) prop.value = value;
}

const anything = fc.oneof(fc.double(), fc.integer({ min: -3, max: 40 }), fc.double({ min: 0, max: 400, noNaN: true }));
const rows = fc.array(fc.array(anything, { minLength: FEATURES.length, maxLength: FEATURES.length }), {
  minLength: 1,
  maxLength: 40,
});

describe.each(MODELS)('the %s model as ONNX', (name) => {
  it('gives the bits of the built-in model, for features of leads and for any numbers', async () => {
    const { scorer, servedBy, problem } = await loadScorer(name, await fileOf(toOnnx(PRIORS[name])));
    expect([servedBy, problem]).toEqual(['onnx', null]);
    const builtIn = builtInScorer(PRIORS[name]);
    expect([scorer.kind, scorer.version, scorer.hash]).toEqual(['prior', 'prior-1', builtIn.hash]);

    const ofLeads = fc
      .array(scene, { minLength: 1, maxLength: 5 })
      .map((scenes) => scenes.map(([events, nowMs]) => featuresAt(foldAll(events), nowMs)));
    const ofAnything = rows.map((values) => values.map((row) => Float64Array.from(row)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(ofLeads, ofAnything), async (batch) => {
        const decisions = await scorer.score(batch);
        expect(decisions).toEqual(await builtIn.score(batch));
        for (const { logit, intercept, contributions } of decisions)
          expect(logit).toBe(sumOf(intercept, contributions));
      }),
      { numRuns: 400 },
    );
    await scorer.close();
  });

  it('scores no rows as nothing, and rows alone as in a batch', async () => {
    const { scorer } = await loadScorer(name, await fileOf(toOnnx(PRIORS[name])));
    expect(await scorer.score([])).toEqual([]);
    const batch = [0.5, 3, Number.NaN].map((value) => new Float64Array(FEATURES.length).fill(value));
    const alone = await Promise.all(batch.map((row) => scorer.score([row])));
    expect(alone.flat()).toEqual(await scorer.score(batch));
    await scorer.close();
  });

  it('is written as the same bytes every time', () => {
    expect(hashOf(toOnnx(PRIORS[name]))).toBe(hashOf(toOnnx(structuredClone(PRIORS[name]))));
  });
});

describe('a model file that cannot serve', () => {
  const good = toOnnx(PRIORS.conversion);

  it.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(), 'the file holds no graph'],
    ['not a model', new TextEncoder().encode('<html>not found</html>'), 'cut short or no ONNX model'],
    ['cut short', good.subarray(0, good.length >> 1), 'cut short or no ONNX model'],
    ['of the other model', toOnnx(PRIORS.goingCold), 'the file holds the model goingCold'],
    [
      'made for other features',
      changed(PRIORS.conversion, (file) => says(file, 'features', 'ageDays,shoeSize')),
      'another list of features',
    ],
    [
      'without its reasons',
      changed(PRIORS.conversion, ({ graph }) => void graph?.output?.pop()),
      'the model has no output contributions',
    ],
    [
      'with an unknown kind',
      changed(PRIORS.conversion, (file) => says(file, 'kind', 'guessed')),
      'does not say its kind and intercept',
    ],
    [
      'whose reasons do not add up to its score',
      changed(PRIORS.conversion, (file) => says(file, 'intercept', '-2')),
      'its reasons do not add up to its score',
    ],
    [
      'with an operation that does not exist',
      changed(PRIORS.conversion, ({ graph }) => void Object.assign(graph?.node?.[0] ?? {}, { opType: 'Guess' })),
      'Guess',
    ],
  ])('%s: the built-in prior serves and the problem is told', async (_, bytes, why) => {
    const { scorer, servedBy, problem } = await loadScorer('conversion', await fileOf(bytes));
    expect(servedBy).toBe('builtin');
    expect(problem).toContain(why);
    expect(problem).toContain('the built-in prior serves');
    expect(scorer.hash).toBe(hashOf(good));
    const [decision] = await scorer.score([new Float64Array(FEATURES.length)]);
    expect(decision?.intercept).toBe(PRIORS.conversion.intercept);
  });

  it('missing: the same', async () => {
    const { servedBy, problem } = await loadScorer('goingCold', join(folder, 'nowhere.onnx'));
    expect(servedBy).toBe('builtin');
    expect(problem).toContain('ENOENT');
  });
});

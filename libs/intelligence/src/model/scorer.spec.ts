import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import onnxProto, { type onnx as Onnx } from 'onnx-proto';
import { foldAll } from '../features/fold.ts';
import { scene } from '../features/histories.for-spec.ts';
import { FEATURES, featuresAt } from '../features/table.ts';
import type { PriorName } from './additive.ts';
import { sumOf } from './decisions.ts';
import { FeatureRows } from './feature-rows.ts';
import { someLearned } from './learned.for-spec.ts';
import { hashOf, UnusableModel } from './model-file.ts';
import { openScorer } from './onnx-scorer.ts';
import { PRIORS } from './priors.ts';
import { builtInScorer, loadScorer } from './scorer.ts';
import { toOnnx } from './to-onnx.ts';
import type { Model } from './twin.ts';

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
function changed(model: Model, change: (file: Onnx.ModelProto) => void): Uint8Array {
  const file = ModelProto.decode(toOnnx(model));
  change(file);
  return ModelProto.encode(file).finish();
}

function says(file: Onnx.ModelProto, key: string, value: string): void {
  for (const prop of file.metadataProps) if (prop.key === key) prop.value = value;
}

const anything = fc.oneof(fc.double(), fc.integer({ min: -3, max: 40 }), fc.double({ min: 0, max: 400, noNaN: true }));
const manyRows = fc.array(fc.array(anything, { minLength: FEATURES.length, maxLength: FEATURES.length }), {
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
    const ofAnything = manyRows.map((values) => values.map((row) => Float64Array.from(row)));
    await fc.assert(
      fc.asyncProperty(fc.oneof(ofLeads, ofAnything), async (batch) => {
        const rows = FeatureRows.of(batch);
        const decisions = (await scorer.score(rows)).all();
        expect(decisions).toEqual((await builtIn.score(rows)).all());
        for (const { logit, intercept, contributions, range } of decisions) {
          expect(logit).toBe(sumOf(intercept, contributions));
          expect(range).toBeNull();
        }
      }),
      { numRuns: 150 },
    );
    await scorer.close();
  });

  it('scores no rows as nothing, and rows alone as in a batch', async () => {
    const { scorer } = await loadScorer(name, await fileOf(toOnnx(PRIORS[name])));
    expect((await scorer.score(FeatureRows.of([]))).all()).toEqual([]);
    const batch = [0.5, 3, Number.NaN].map((value) => new Float64Array(FEATURES.length).fill(value));
    const alone = await Promise.all(batch.map((row) => scorer.score(FeatureRows.of([row]))));
    expect(alone.map((one) => one.at(0))).toEqual((await scorer.score(FeatureRows.of(batch))).all());
    await scorer.close();
  });

  it('is written as the same bytes every time', () => {
    expect(hashOf(toOnnx(PRIORS[name]))).toBe(hashOf(toOnnx(structuredClone(PRIORS[name]))));
  });
});

/** The values of a constant of the graph, to be changed. */
function constantOf(file: Onnx.ModelProto, name: string): number[] {
  const found = file.graph?.initializer?.find((tensor) => tensor.name === name)?.doubleData;
  if (found === null || found === undefined) throw new Error(`no constant ${name}`);
  return found;
}

function leavesOf(file: Onnx.ModelProto): number[] {
  const trees = file.graph?.node?.find(({ opType }) => opType === 'TreeEnsemble');
  return trees?.attribute?.find(({ name }) => name === 'leaf_weights')?.t?.doubleData ?? [];
}

describe('a model file that cannot serve', () => {
  const good = toOnnx(PRIORS.conversion);
  const learned = someLearned();

  it.each<[string, Uint8Array, string]>([
    ['empty', new Uint8Array(), 'the file holds no graph'],
    ['not a model', new TextEncoder().encode('<html>not found</html>'), 'cut short or no ONNX model'],
    ['cut short', good.subarray(0, good.length >> 1), 'cut short or no ONNX model'],
    ['of the other model', toOnnx(PRIORS.goingCold), 'the file holds the model goingCold'],
    [
      'made for other features',
      changed(PRIORS.conversion, (file) => {
        says(file, 'features', 'ageDays,shoeSize');
      }),
      'another list of features',
    ],
    [
      'made for another version of the features',
      changed(learned, (file) => {
        says(file, 'featureVersion', '1');
      }),
      'made for version 1 of the features',
    ],
    [
      'that does not say what its reasons are',
      changed(learned, (file) => {
        says(file, 'terms', 'ageDays');
      }),
      'does not say what its reasons are',
    ],
    [
      'without its range',
      changed(PRIORS.conversion, ({ graph }) => void graph?.output?.pop()),
      'the model has no output range',
    ],
    [
      'that asks for something else',
      changed(PRIORS.conversion, ({ graph }) => void Object.assign(graph?.input?.[1] ?? {}, { name: 'zip' })),
      'the model has no input tenant',
    ],
    [
      'with an unknown kind',
      changed(PRIORS.conversion, (file) => {
        says(file, 'kind', 'guessed');
      }),
      'does not say its kind and intercept',
    ],
    [
      'whose reasons do not add up to its score',
      changed(PRIORS.conversion, (file) => {
        says(file, 'intercept', '-2');
      }),
      'its reasons do not add up to its score',
    ],
    [
      'with more reasons than it says',
      changed(learned, (file) => {
        says(file, 'terms', learned.features.concat('calibration', 'tenant').join());
      }),
      'it does not answer',
    ],
    [
      'that gives infinite scores',
      changed(PRIORS.conversion, (file) => void constantOf(file, 'missing').fill(Number.POSITIVE_INFINITY)),
      'is not finite',
    ],
    ['that gives no numbers', changed(learned, (file) => void leavesOf(file).fill(Number.NaN)), 'is not finite'],
    [
      'whose range leaves its score out',
      changed(learned, (file) => void constantOf(file, 'not_below').fill(3)),
      'its score lies outside its range',
    ],
    [
      'with an operation that does not exist',
      changed(PRIORS.conversion, ({ graph }) => void Object.assign(graph?.node?.[0] ?? {}, { opType: 'Guess' })),
      'Guess',
    ],
  ])('%s: is refused by name, the built-in prior serves and the problem is told', async (_, bytes, why) => {
    const refusal = await openScorer('conversion', bytes).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(UnusableModel);
    expect(refusal).toMatchObject({ message: expect.stringContaining(why) });

    const { scorer, servedBy, problem } = await loadScorer('conversion', await fileOf(bytes));
    expect(servedBy).toBe('builtin');
    expect(problem).toContain(why);
    expect(problem).toContain('the built-in prior serves');
    expect(scorer.hash).toBe(hashOf(good));
    const decisions = await scorer.score(FeatureRows.of([new Float64Array(FEATURES.length)]));
    expect(decisions.at(0).intercept).toBe(PRIORS.conversion.intercept);
  });

  it('missing: the built-in prior serves', async () => {
    const { servedBy, problem } = await loadScorer('goingCold', join(folder, 'nowhere.onnx'));
    expect(servedBy).toBe('builtin');
    expect(problem).toContain('ENOENT');
  });

  it('with a wrong hash: is refused, and the same bytes under their own hash serve', async () => {
    const hash = hashOf(good);
    const other = hash.replace(/^./u, (digit) => (digit === '0' ? '1' : '0'));
    await expect(openScorer('conversion', good, { hash: other })).rejects.toThrow(`its hash is ${hash}`);
    const scorer = await openScorer('conversion', good, { hash });
    expect(scorer.hash).toBe(hash);
    await scorer.close();
  });

  it('leaves what served before as it was', async () => {
    const serving = await openScorer('conversion', toOnnx(learned));
    const row = FeatureRows.of([new Float64Array(FEATURES.length).fill(2)]);
    const before = (await serving.score(row)).all();
    await expect(openScorer('conversion', good.subarray(0, 100))).rejects.toThrow(UnusableModel);
    expect((await serving.score(row)).all()).toEqual(before);
    await serving.close();
  });
});

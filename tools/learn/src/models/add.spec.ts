import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  FEATURE_VERSION,
  hashOf,
  type LearnedModel,
  type Manifest,
  MODEL_FILES,
  toOnnx,
  writeModelFolder,
} from '@hub/intelligence';
import { smallManifest, smallModel } from '@hub/intelligence/for-spec';
import { readNewModel } from './add.ts';

let modelsDir: string;

beforeEach(() => {
  modelsDir = mkdtempSync(join(tmpdir(), 'hub-add-'));
});

afterEach(() => {
  rmSync(modelsDir, { recursive: true });
});

function writeFolder(more: Partial<Manifest> = {}, served: LearnedModel = smallModel()): Promise<string> {
  return writeModelFolder(modelsDir, {
    manifest: { ...smallManifest(), featureVersion: FEATURE_VERSION, ...more },
    model: smallModel(),
    onnx: toOnnx(served),
    card: () => '# A model\n',
  });
}

function editManifest(folder: string, change: (manifest: Record<string, unknown>) => object): void {
  const path = join(folder, MODEL_FILES.manifest);
  writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>)));
}

describe('a model folder', () => {
  it('is taken in when this build can serve it', async () => {
    const model = await readNewModel(await writeFolder());
    expect(model).toMatchObject({ name: 'conversion', version: 'a1', kind: 'learned', card: '# A model\n' });
    expect(model.hash).toBe(hashOf(toOnnx(smallModel())));
    expect(model.terms.slice(-2)).toEqual(['calibration', 'tenant']);
  });

  it.each(Object.values(MODEL_FILES))('without %s is refused by that name', async (file) => {
    const folder = await writeFolder();
    rmSync(join(folder, file));
    await expect(readNewModel(folder)).rejects.toThrow(`${file} cannot be read`);
  });

  it('with a torn ONNX file is refused, whether its hash tells or not', async () => {
    const folder = await writeFolder();
    const torn = readFileSync(join(folder, MODEL_FILES.onnx)).subarray(0, -200);
    writeFileSync(join(folder, MODEL_FILES.onnx), torn);
    await expect(readNewModel(folder)).rejects.toThrow('does not have the hash');
    editManifest(folder, (manifest) => ({ ...manifest, hash: hashOf(torn) }));
    await expect(readNewModel(folder)).rejects.toThrow(/is refused: .*(cut short|no ONNX model)/);
  });

  it('with the wrong hash is refused', async () => {
    const folder = await writeFolder();
    editManifest(folder, (manifest) => ({ ...manifest, hash: '0'.repeat(64) }));
    await expect(readNewModel(folder)).rejects.toThrow('model.onnx does not have the hash');
  });

  it('that did not pass the fairness check is refused, with what was found', async () => {
    const folder = await writeFolder({ fairness: { passed: false, checks: ['source stands in for a name'] } });
    await expect(readNewModel(folder)).rejects.toThrow('fairness check (source stands in for a name)');
  });

  it('for other features is refused, saying for which', async () => {
    const folder = await writeFolder({ featureVersion: 'of yesterday' });
    await expect(readNewModel(folder)).rejects.toThrow(
      `it was made for the features of yesterday, this build has ${FEATURE_VERSION}`,
    );
  });

  it('whose two models are not the same is refused', async () => {
    const folder = await writeFolder({}, { ...smallModel(), intercept: -2.25 });
    await expect(readNewModel(folder)).rejects.toThrow('model.onnx and model.json are of different models');
  });
});

import { mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { smallFolder, smallManifest, smallModel } from './model-folder.for-spec.ts';
import { MODEL_FILES, readModelFolder, writeModelFolder } from './model-folder.ts';

let models: string;
beforeEach(async () => {
  models = await mkdtemp(join(tmpdir(), 'models-test-'));
});
afterEach(() => rm(models, { recursive: true, force: true }));

type Json = Record<string, unknown>;

/** Changes one JSON file of a folder. */
async function change(folder: string, file: string, by: (held: Json) => Json): Promise<void> {
  const path = join(folder, file);
  await writeFile(path, JSON.stringify(by(JSON.parse(await readFile(path, 'utf8')) as Json)));
}

describe('a model folder', () => {
  it('holds what was written, under the model and its version', async () => {
    const folder = await writeModelFolder(models, smallFolder());
    expect(folder).toBe(join(models, 'conversion', 'a1'));
    const read = await readModelFolder(folder);
    expect(read.model).toEqual(smallModel());
    expect(read.manifest).toMatchObject(smallManifest());
    expect(read.manifest.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(read.card).toBe('# conversion a1\n');
    expect(await readdir(join(models, 'conversion'))).toEqual(['a1']);
  });

  it('is never overwritten, and what was begun is taken away', async () => {
    const folder = await writeModelFolder(models, smallFolder());
    const second = { ...smallFolder(), onnx: Buffer.from('other bytes') };
    await expect(writeModelFolder(models, second)).rejects.toThrow('conversion a1 exists already');
    expect(await readdir(join(models, 'conversion'))).toEqual(['a1']);
    expect(Buffer.from((await readModelFolder(folder)).onnx).toString()).toBe('onnx bytes');
  });

  it.each<[string, Partial<ReturnType<typeof smallFolder>>, string]>([
    ['a model of another version', { model: smallModel('b2') }, 'model.json is of conversion b2'],
    ['other features', { model: { ...smallModel(), features: smallModel().features.toReversed() } }, 'other features'],
    [
      'too few shapes',
      { model: { ...smallModel(), shapes: [] } },
      'model.json does not fit: whole: conversion.shapes: 0 for',
    ],
    ['a version that leaves the folder', { manifest: smallManifest('../x') }, 'manifest.json does not fit: version'],
  ])('is not written with %s', async (_, parts, problem) => {
    await expect(writeModelFolder(models, { ...smallFolder(), ...parts })).rejects.toThrow(problem);
    expect(await readdir(models)).toEqual([]);
  });

  it.each(Object.values(MODEL_FILES))('is refused without its %s', async (file) => {
    const folder = await writeModelFolder(models, smallFolder());
    await rm(join(folder, file));
    await expect(readModelFolder(folder)).rejects.toThrow(`${file} cannot be read`);
  });

  it.each([
    ['a truncated model.onnx', MODEL_FILES.onnx, 'model.onnx does not have the hash'],
    ['a truncated model.json', MODEL_FILES.model, 'model.json is cut short'],
    ['a truncated manifest', MODEL_FILES.manifest, 'manifest.json is cut short'],
  ])('is refused with %s', async (_, file, problem) => {
    const folder = await writeModelFolder(models, smallFolder());
    const bytes = await readFile(join(folder, file));
    await writeFile(join(folder, file), bytes.subarray(0, bytes.length >> 1));
    await expect(readModelFolder(folder)).rejects.toMatchObject({
      name: 'UnusableModel',
      retryable: false,
      message: expect.stringContaining(problem),
    });
  });

  it.each<[string, string, (held: Json) => Json, string]>([
    ['another shape', MODEL_FILES.model, (held) => ({ ...held, intercept: -1 }), 'model.json does not have the hash'],
    [
      'no version',
      MODEL_FILES.manifest,
      (held) => ({ ...held, version: undefined }),
      'manifest.json does not fit: version',
    ],
    ['a later format', MODEL_FILES.manifest, (held) => ({ ...held, format: 2 }), 'manifest.json does not fit: format'],
    ['another hash', MODEL_FILES.manifest, (held) => ({ ...held, hash: '0'.repeat(64) }), 'model.onnx does not have'],
    ['other features', MODEL_FILES.manifest, (held) => ({ ...held, features: ['source'] }), 'name other features'],
  ])('is refused with %s', async (_, file, by, problem) => {
    const folder = await writeModelFolder(models, smallFolder());
    await change(folder, file, by);
    await expect(readModelFolder(folder)).rejects.toThrow(problem);
  });

  it('is refused under the name of another version', async () => {
    const folder = await writeModelFolder(models, smallFolder());
    const moved = join(models, 'conversion', 'b2');
    await rename(folder, moved);
    await expect(readModelFolder(moved)).rejects.toThrow('manifest.json is of version a1, the folder of another');
  });
});

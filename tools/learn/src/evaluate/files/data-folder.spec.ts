import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { CsvLayout } from './csv.ts';
import { DataFolder } from './data-folder.ts';

const layout: CsvLayout = { file: 'calls/calls.csv.gz', delimiter: ',', columns: ['y'] };
const packed = gzipSync('y\n1\n0\n');
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hub-data-test-'));
  await mkdir(join(root, 'calls'));
});
afterEach(() => rm(root, { recursive: true }));

it('reads packed and plain files', async () => {
  await writeFile(join(root, 'calls', 'calls.csv.gz'), packed);
  await writeFile(join(root, 'calls', 'plain.csv'), 'y\n5\n');
  const folder = await DataFolder.at(root);
  expect((await folder.read(layout)).texts('y')).toEqual(['1', '0']);
  expect((await folder.read({ ...layout, file: 'calls/plain.csv' })).texts('y')).toEqual(['5']);
});

it.each([
  ['cut off', packed.subarray(0, packed.length - 9)],
  ['no gzip at all', Buffer.from('y\n1\n')],
  ['of no bytes', Buffer.alloc(0)],
])('says that a packed file is damaged when it is %s', async (_, bytes) => {
  await writeFile(join(root, 'calls', 'calls.csv.gz'), bytes);
  await expect((await DataFolder.at(root)).read(layout)).rejects.toThrow(
    /calls\/calls\.csv\.gz (cannot be unpacked .* copy it again|is empty)/,
  );
});

it('says which folder or file is not there and where it is looked for', async () => {
  await expect(DataFolder.at(join(root, 'nowhere'))).rejects.toThrow(/there is no folder .*nowhere: name with --data/);
  await expect((await DataFolder.at(root)).read(layout)).rejects.toThrow(
    `calls/calls.csv.gz cannot be read (ENOENT): it is looked for at ${join(root, 'calls', 'calls.csv.gz')}`,
  );
});

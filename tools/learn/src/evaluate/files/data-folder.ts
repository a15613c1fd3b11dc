import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { type CsvLayout, type CsvTable, readCsv } from './csv.ts';
import { DataError } from './data-error.ts';

/** Reads files of a data set below the folder that holds them all. */
export class DataFolder {
  readonly #root: string;

  private constructor(root: string) {
    this.#root = root;
  }

  /** @throws DataError when there is no such folder. */
  static async at(root: string): Promise<DataFolder> {
    const found = await stat(root).catch(() => null); // Whatever the cause, the name is what can be mended.
    if (found?.isDirectory() === true) return new DataFolder(root);
    throw new DataError(
      `there is no folder ${root}: name with --data the folder that holds bpic2012, uci-bank-marketing and the others`,
    );
  }

  /** @throws DataError naming the file, and the line where one is at fault. */
  async read(layout: CsvLayout): Promise<CsvTable> {
    return readCsv((await this.#content(layout.file)).toString('utf8'), layout);
  }

  async #content(file: string): Promise<Buffer> {
    const path = join(this.#root, file);
    const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      throw new DataError(
        `${file} cannot be read (${error.code ?? error.message}): it is looked for at ${path}; ` +
          'copy it there, or name with --only what to evaluate without it',
      );
    });
    if (!file.endsWith('.gz')) return bytes;
    return promisify(gunzip)(bytes).catch((error: Error) => {
      throw new DataError(`${file} cannot be unpacked (${error.message}): the copy is damaged, copy it again`);
    });
  }
}

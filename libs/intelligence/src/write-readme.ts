import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedDocs } from './docs.ts';

// `npm run readme`: puts the generated part into the README, whose spec fails while the two differ.
const path = join(import.meta.dirname, '..', 'README.md');
const mark = '<!-- generated: npm run readme -->';
const [written] = (await readFile(path, 'utf8')).split(mark);
await writeFile(path, `${written}${mark}\n\n${generatedDocs()}\n`);

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { generatedDocs } from './docs.ts';

/** The formatter pads tables; what they say is compared. */
function unpadded(markdown: string): string {
  return markdown.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---');
}

describe('the README', () => {
  it('shows the features and shapes that the code has (else: npm run readme)', async () => {
    const readme = await readFile(join(import.meta.dirname, '..', 'README.md'), 'utf8');
    expect(unpadded(readme)).toContain(unpadded(generatedDocs()));
  });
});

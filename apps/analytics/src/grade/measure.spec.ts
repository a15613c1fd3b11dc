import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { STORED_OUTCOMES } from './measure.ts';

describe('answers that do not use up the error budget', () => {
  it('are those that the table of answers says are 2xx', async () => {
    const page = await readFile(new URL('../../../../docs/answers.md', import.meta.url), 'utf8');
    const stored = [...page.matchAll(/^\| `(\w+)` *\| 2\d\d /gm)].map(([, outcome]) => outcome);
    expect(new Set(stored)).toEqual(new Set(STORED_OUTCOMES));
  });
});

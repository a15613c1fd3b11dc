import { describe, expect, it } from '@jest/globals';
import { newsWith, newsWords, NO_NEWS } from './announcement.ts';
import { sampleRow } from './sample-row.ts';

const dana = sampleRow({ leadId: 'd', name: 'Dana Ruiz' });
const known = new Map([['d', dana]]);

describe('news for those who listen', () => {
  it('tells who turned hot, once', () => {
    const hot = { ...dana, version: 2, band: 'hot' } as const;
    const news = newsWith(newsWith(NO_NEWS, known, [hot]), new Map([['d', hot]]), [{ ...hot, version: 3 }]);
    expect(newsWords(news)).toBe('Dana Ruiz is hot now.');
  });

  it('says everything in one sentence each', () => {
    const hot = ['x', 'y', 'z'].map((leadId) => sampleRow({ leadId, name: leadId.toUpperCase(), band: 'hot' }));
    expect(newsWords(newsWith(NO_NEWS, known, hot))).toBe('X and 2 others are hot now. 3 new leads.');
  });

  it('has nothing to say about numbers, and about stale rows', () => {
    const moved = { ...dana, version: 2, conversion: { logit: 0, probability: 0.14 } };
    expect(newsWords(newsWith(NO_NEWS, known, [moved, { ...dana, band: 'hot' }]))).toBeNull();
  });
});

import { describe, expect, it } from '@jest/globals';
import { streamUrl } from './stream-url.ts';

describe('streamUrl', () => {
  it.each([
    ['http://localhost:4002', 't1', 0, 'http://localhost:4002/stream?tenant=t1&after=0'],
    ['https://hub.example/live/', 'a&b', null, 'https://hub.example/live/stream?tenant=a%26b'],
    ['https://hub.example/live', 't1', 7, 'https://hub.example/live/stream?tenant=t1&after=7'],
  ])('of %s for %s after %s', (base, tenant, after, url) => {
    expect(streamUrl(base, tenant, after)).toBe(url);
  });
});

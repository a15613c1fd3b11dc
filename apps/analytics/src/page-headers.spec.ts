import { describe, expect, it } from '@jest/globals';
import { cacheControlOf, securityHeaders } from './page-headers.ts';

describe('the security policy', () => {
  it.each([
    ['http://localhost:4002', "'self' http://localhost:4002 ws://localhost:4002"],
    ['https://live.hub.example/', "'self' https://live.hub.example wss://live.hub.example"],
  ])('lets the page reach %s by http and by WebSocket', (url, expected) => {
    expect(securityHeaders(url)['content-security-policy']).toContain(`connect-src ${expected};`);
  });
});

describe('caching', () => {
  it.each([
    ['/x/dist/assets/index-B2x_9aQz.js', true],
    ['/x/dist/assets/index-B2x_9aQz.css.br', true],
    ['/x/dist/assets/index.js', false],
    ['/x/dist/index.html', false],
    ['/x/dist/mark-12345678.svg', false],
  ])('%s for ever: %s', (path, forEver) => {
    expect(cacheControlOf(path)).toBe(forEver ? 'public, max-age=31536000, immutable' : 'no-cache');
  });
});

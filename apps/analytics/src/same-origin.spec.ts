import { describe, expect, it } from '@jest/globals';
import { isSameOrigin } from './same-origin.ts';

const host = 'hub.example:4000';

describe('isSameOrigin', () => {
  it.each([
    ['our own page', { host, origin: 'http://hub.example:4000' }, true],
    ['our own page behind https', { host, origin: 'https://hub.example:4000' }, true],
    ['a client that is no browser', { host }, true],
    ['something typed or scripted in the browser itself', { host, 'sec-fetch-site': 'none' }, true],
    ['another site', { host, origin: 'https://evil.example' }, false],
    ['another port of the same host', { host, origin: 'http://hub.example:4002' }, false],
    ['a sandboxed frame', { host, origin: 'null' }, false],
    [
      'what says so itself, whatever the origin',
      { host, origin: 'http://hub.example:4000', 'sec-fetch-site': 'cross-site' },
      false,
    ],
    ['a sister domain', { host, 'sec-fetch-site': 'same-site' }, false],
    ['a request without a host', { origin: 'http://hub.example:4000' }, false],
  ])('%s', (_, headers, expected) => {
    expect(isSameOrigin(headers)).toBe(expected);
  });
});

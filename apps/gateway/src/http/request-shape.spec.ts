import { describe, expect, it } from '@jest/globals';
import { shapeProblem } from './request-shape.ts';

const HOST = ['Host', 'hub.example'];
const URL = '/webhooks/ghl';
const many = Array.from({ length: 100 }, (_, at) => [`X-${at}`, '1']).flat();

describe('shapeProblem', () => {
  it.each<[string, string, string[], string | null]>([
    ['an ordinary request', URL, [...HOST, 'Content-Length', '2'], null],
    ['chunks', URL, [...HOST, 'TRANSFER-ENCODING', 'Chunked'], null],
    ['a port', URL, ['host', 'hub.example:8443'], null],
    ['an address', URL, ['host', '127.0.0.1:80'], null],
    ['an IPv6 address', URL, ['host', '[::1]:80'], null],
    ['no host', URL, [], 'notOneHost'],
    ['two hosts', URL, [...HOST, 'hOST', 'other.example'], 'notOneHost'],
    ['the same host twice', URL, [...HOST, ...HOST], 'notOneHost'],
    ['an empty host', URL, ['Host', ''], 'notOneHost'],
    ['two hosts in one', URL, ['Host', 'hub.example,other.example'], 'notOneHost'],
    ['a host with a user', URL, ['Host', 'hub.example@other.example'], 'notOneHost'],
    ['a host with a path', URL, ['Host', 'hub.example/other'], 'notOneHost'],
    ['an encoding before chunked', URL, [...HOST, 'Transfer-Encoding', 'identity, chunked'], 'notChunked'],
    ['a comma before chunked', URL, [...HOST, 'Transfer-Encoding', ',chunked'], 'notChunked'],
    ['chunked twice', URL, [...HOST, 'Transfer-Encoding', 'chunked', 'Transfer-Encoding', 'chunked'], 'notChunked'],
    ['a vertical tab beside it', URL, [...HOST, 'Transfer-Encoding', '\u000Bchunked'], 'notChunked'],
    ['another encoding', URL, [...HOST, 'Transfer-Encoding', 'gzip'], 'notChunked'],
    ['a URL with a host', 'http://other.example/webhooks/ghl', HOST, 'notOurUrl'],
    ['a URL of a proxy', 'other.example:443', HOST, 'notOurUrl'],
    ['a URL with a fragment', '/webhooks/ghl#x', HOST, 'notOurUrl'],
    ['an asterisk', '*', HOST, 'notOurUrl'],
    ['a hundred headers beside the host', URL, [...HOST, ...many], 'tooManyHeaders'],
  ])('%s', (_, url, rawHeaders, problem) => {
    expect(shapeProblem({ httpVersionMajor: 1, httpVersionMinor: 1, url, rawHeaders })).toBe(problem);
  });

  it('takes HTTP/1.0 without a host, and no chunks with it', () => {
    const head = { httpVersionMajor: 1, httpVersionMinor: 0, url: URL };
    expect(shapeProblem({ ...head, rawHeaders: [] })).toBeNull();
    expect(shapeProblem({ ...head, rawHeaders: ['Transfer-Encoding', 'chunked'] })).toBe('notChunked');
  });

  it('takes no version without headers', () => {
    expect(shapeProblem({ httpVersionMajor: 0, httpVersionMinor: 9, url: URL, rawHeaders: [] })).toBe('oldVersion');
  });
});

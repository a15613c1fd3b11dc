import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { keptHeaders, MAX_ENTRY_BYTES } from './kept-headers.ts';

describe('keptHeaders', () => {
  it('keeps what replaying needs and nothing that may be a credential', () => {
    const kept = keptHeaders(
      {
        'content-type': 'application/json',
        'user-agent': 'GHL',
        'x-ghl-signature': 'c2ln',
        authorization: 'Bearer x',
        cookie: 'a=b',
        'x-forwarded-for': '203.0.113.9',
        'x-hub-secret': 'x',
        'x-other-signature': 'x',
      },
      ['x-ghl-signature', 'authorization', 'x-hub-secret'],
    );
    expect(kept).toEqual({ 'content-type': 'application/json', 'user-agent': 'GHL', 'x-ghl-signature': 'c2ln' });
  });

  it('stays within its part of a pack, whatever is sent', () => {
    // Characters that Node lets through in a header's value.
    const value = fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((code) => String.fromCharCode(code)) });
    const signed = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
    const names = ['content-type', 'user-agent', ...signed];
    const headers = fc.record(Object.fromEntries(names.map((name) => [name, value])));
    fc.assert(
      fc.property(headers, (sent) => {
        const long = Object.fromEntries(Object.entries(sent).map(([name, text]) => [name, text.repeat(1_000)]));
        const bytes = Buffer.byteLength(JSON.stringify(keptHeaders(long, signed)));
        // The rest is for ids, times and names of fields.
        expect(bytes).toBeLessThan(MAX_ENTRY_BYTES - 1_000);
      }),
    );
  });
});

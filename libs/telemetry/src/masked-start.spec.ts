import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { maskedStart } from './masked-start.ts';

describe('maskedStart', () => {
  it.each([
    ['{"name":"Zoë 7","ok":true}', '{"xxxx":"xxx 0","xx":xxxx}'],
    ['a=1&b=%2F', 'x=0&x=%0x'],
    ['', ''],
    ['line\r\nnext\u0000', 'xxxx..xxxx.'],
    ['\u{1F600}٣', '.0'],
  ])('%j reads %j', (body, masked) => {
    expect(maskedStart(Buffer.from(body))).toBe(masked);
  });

  it('shows neither a letter nor a digit of any bytes, and never more than 64 characters', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 600 }),
          fc.string().map((text) => Buffer.from(text)),
        ),
        (bytes) => {
          expect(maskedStart(bytes)).toMatch(/^[x0 -/:-@[-`{-~.]{0,64}$/);
        },
      ),
    );
  });
});

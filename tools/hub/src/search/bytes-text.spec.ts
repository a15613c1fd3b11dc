import { describe, expect, it } from '@jest/globals';
import { bytesText } from './bytes-text.ts';

describe('bytes', () => {
  it('are text where they are text, lines and all', () => {
    expect(bytesText(Buffer.from('{\n"name": "Zoë"}'), { hex: false })).toBe('{\n"name": "Zoë"}\n');
  });

  it('cannot talk to the terminal', () => {
    expect(bytesText(Buffer.from('a\u001b[2Jb\u202ec'), { hex: false })).toBe('a\\u001b[2Jb\\u202ec\n');
  });

  it.each([
    [Buffer.from([0xff, 0x41]), false],
    [Buffer.from([0xff, 0x41]), true],
  ])('are hexadecimal otherwise, or where asked for', (bytes, hex) => {
    expect(bytesText(bytes, { hex })).toMatch(/^00000000 {2}ff 41 +\.A\n$/);
  });

  it('are told line by line', () => {
    expect(
      bytesText(Buffer.alloc(33), { hex: true })
        .split('\n')
        .map((line) => line.slice(0, 8)),
    ).toEqual(['00000000', '00000010', '00000020', '']);
  });
});

import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Sealing } from './sealing.ts';

const place = { sourceId: 'src1', keyId: 'key1' };
const sealing = new Sealing(randomBytes(32));

describe('Sealing', () => {
  it('opens what it sealed, and nothing of it is readable meanwhile', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), (secret) => {
        const sealed = sealing.seal(secret, place);
        expect(Buffer.from(sealed, 'base64').includes(Buffer.from(secret))).toBe(false);
        expect(sealing.open(sealed, place)).toEqual({ ok: true, secret: secret.toWellFormed() });
      }),
    );
  });

  it('seals one secret differently each time', () => {
    expect(sealing.seal('secret', place)).not.toBe(sealing.seal('secret', place));
  });

  it.each([
    ['another source', { ...place, sourceId: 'src2' }],
    ['another key', { ...place, keyId: 'key2' }],
  ])('does not open in %s', (_, elsewhere) => {
    expect(sealing.open(sealing.seal('secret', place), elsewhere)).toEqual({ ok: false, reason: 'damaged' });
  });

  it('does not open with another sealing key', () => {
    const sealed = new Sealing(randomBytes(32)).seal('secret', place);
    expect(sealing.open(sealed, place)).toEqual({ ok: false, reason: 'damaged' });
  });

  it('does not open when any bit was changed', () => {
    const sealed = Buffer.from(sealing.seal('secret', place), 'base64');
    for (let bit = 0; bit < sealed.length * 8; bit += 1) {
      const changed = Buffer.from(sealed);
      changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      expect(sealing.open(changed.toString('base64'), place).ok).toBe(false);
    }
  });

  it('answers whatever it is given', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.constant('AQ==')), (sealed) => {
        expect(sealing.open(sealed, place).ok).toBe(false);
      }),
    );
  });

  it('says that it was sealed by a later version', () => {
    const sealed = Buffer.from(sealing.seal('secret', place), 'base64');
    sealed[0] = 2;
    expect(sealing.open(sealed.toString('base64'), place)).toEqual({ ok: false, reason: 'unknownVersion' });
  });

  it('needs a key of 32 bytes', () => {
    expect(() => Sealing.fromBase64('c2hvcnQ=')).toThrow(RangeError);
  });
});

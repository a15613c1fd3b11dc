import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseKeyRing } from './key-ring.ts';
import { type Headers, sign, SignatureCheck } from './signature.ts';

const ours = generateKeyPairSync('ed25519');
const theirs = generateKeyPairSync('ed25519');
const publicKey = ours.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const check = new SignatureCheck(parseKeyRing(`demo=${publicKey}`));

const body = Buffer.from('{"type":"ContactCreate" , "name":"Zoë"}');
const good = sign(ours.privateKey, body);
const legacy = { 'x-wh-signature': 'cmV0aXJlZA==' };

describe('SignatureCheck', () => {
  it('accepts a signature of any key of the ring and names the key', async () => {
    expect(await check.verify({ 'x-ghl-signature': good }, body, 0)).toEqual({ ok: true, key: 'demo' });
    expect(await check.verify({ 'x-ghl-signature': [good] }, body, 0)).toEqual({ ok: true, key: 'demo' });
  });

  it('covers the raw bytes: the same JSON written otherwise does not match', async () => {
    const rewritten = Buffer.from(JSON.stringify(JSON.parse(body.toString())));
    const verdict = await check.verify({ 'x-ghl-signature': good }, rewritten, 0);
    expect(verdict).toEqual({ ok: false, reason: 'mismatch' });
  });

  const lastCharacter = good.at(85) ?? '';
  it.each<[string, Headers, string]>([
    ['no header', {}, 'missing'],
    ['an empty header', { 'x-ghl-signature': '' }, 'missing'],
    ['N/A', { 'x-ghl-signature': 'N/A' }, 'missing'],
    ['no values', { 'x-ghl-signature': [] }, 'missing'],
    ['the retired header alone', legacy, 'legacyOnly'],
    ['the retired header beside N/A', { 'x-ghl-signature': 'N/A', ...legacy }, 'legacyOnly'],
    ['the retired header as N/A', { 'x-wh-signature': 'N/A' }, 'missing'],
    ['a bad signature beside the retired header', { 'x-ghl-signature': 'bad', ...legacy }, 'malformed'],
    ['two signatures', { 'x-ghl-signature': [good, good] }, 'malformed'],
    ['two signatures joined by Node', { 'x-ghl-signature': `${good}, ${good}` }, 'malformed'],
    ['a signature without padding', { 'x-ghl-signature': good.slice(0, -2) }, 'malformed'],
    ['a blank around it', { 'x-ghl-signature': ` ${good}` }, 'malformed'],
    ['the URL alphabet', { 'x-ghl-signature': `-_${good.slice(2)}` }, 'malformed'],
    ['63 bytes', { 'x-ghl-signature': Buffer.alloc(63).toString('base64') }, 'malformed'],
    [
      'bits to spare in the last character',
      { 'x-ghl-signature': `${good.slice(0, 85)}${nextCharacter(lastCharacter)}==` },
      'malformed',
    ],
    ['a key that is not in the ring', { 'x-ghl-signature': sign(theirs.privateKey, body) }, 'mismatch'],
    ['64 zero bytes', { 'x-ghl-signature': Buffer.alloc(64).toString('base64') }, 'mismatch'],
  ])('refuses %s', async (_, headers, reason) => {
    expect(await check.verify(headers, body, 0)).toEqual({ ok: false, reason });
  });

  it('refuses every signature in which one bit was flipped', async () => {
    for (let bit = 0; bit < 512; bit += 1) {
      const bytes = Buffer.from(good, 'base64');
      bytes.writeUInt8(bytes.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
      const verdict = await check.verify({ 'x-ghl-signature': bytes.toString('base64') }, body, 0);
      expect(verdict).toEqual({ ok: false, reason: 'mismatch' });
    }
  });
});

/** The character after this one in the alphabet: the same byte, were base64 read loosely. */
function nextCharacter(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) + 1);
}

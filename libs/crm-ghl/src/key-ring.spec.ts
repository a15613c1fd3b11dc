import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { parseKeyRing, PLATFORM_KEY } from './key-ring.ts';

const der = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' });
const raw = der.subarray(-32).toString('base64');
const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey.export({ format: 'der', type: 'spki' });

describe('parseKeyRing', () => {
  it('holds the published key of the platform when nothing is configured', () => {
    const [platform, ...rest] = parseKeyRing('');
    expect(rest).toEqual([]);
    // The raw bytes GHL publishes, in hex.
    expect(Buffer.from(platform?.key ?? []).toString('hex')).toBe(
      '8b61d1d6cacbe28d7c3bc0516bb815258ec6edbba96cddc7f40c09ac708388e8',
    );
  });

  it('reads raw keys and SPKI keys beside it', () => {
    const names = parseKeyRing(` demo=${raw} , next=${der.toString('base64')},`).map(({ name }) => name);
    expect(names).toEqual(['platform', 'demo', 'next']);
  });

  it('leaves the platform out when told to', () => {
    expect(parseKeyRing(`demo=${raw}`, { platformKey: false }).map(({ name }) => name)).toEqual(['demo']);
  });

  it.each([
    ['an entry without a name', raw, 'entry 1'],
    ['loose base64', `demo=${raw.replace('=', '')}`, 'key demo is not strict base64'],
    ['bytes of the wrong length', 'demo=AAAA', 'key demo is neither'],
    ['a key of another kind', `demo=${rsa.toString('base64')}`, 'key demo is not an Ed25519'],
    ['one name twice', `platform=${PLATFORM_KEY}`, 'one name'],
  ])('refuses %s and says which', (_, text, problem) => {
    expect(() => parseKeyRing(text)).toThrow(problem);
  });

  it('refuses to be empty', () => {
    expect(() => parseKeyRing('', { platformKey: false })).toThrow('empty');
  });
});

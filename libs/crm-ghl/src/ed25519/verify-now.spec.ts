import { generateKeyPairSync, sign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeChecks, verdictsOf } from './check-batch.ts';
import { CheckThread } from './check-thread.ts';
import { parsePublicKey } from './public-key.ts';
import { type Check, loadSodium, verifyByNode, verifyBySodium, verifyNow } from './verify-now.ts';

const pairs = [generateKeyPairSync('ed25519'), generateKeyPairSync('ed25519')];
const keys = pairs.map(({ publicKey }) =>
  parsePublicKey('spec', publicKey.export({ format: 'der', type: 'spki' }).toString('base64')),
);

/** Checks of which some hold: signed by either key, at times with a bit of the signature or the message turned. */
const check: fc.Arbitrary<Check & { readonly holds: boolean }> = fc
  .record({
    signed: fc.uint8Array({ maxLength: 300 }),
    by: fc.nat({ max: 1 }),
    against: fc.nat({ max: 1 }),
    turned: fc.option(fc.nat({ max: 511 }), { freq: 2 }),
  })
  .map(({ signed, by, against, turned }) => {
    const pair = pairs[by];
    const key = keys[against];
    if (pair === undefined || key === undefined) throw new Error('no such pair');
    const signature = sign(null, signed, pair.privateKey);
    if (turned !== null) signature.writeUInt8(signature.readUInt8(turned >> 3) ^ (1 << (turned & 7)), turned >> 3);
    return { key, signed, signature, holds: by === against && turned === null };
  });
const checks = fc.array(check, { maxLength: 80 });

const sodium = loadSodium();
const verifiers = [
  ['Node', verifyByNode()],
  // Where libsodium has no build, Node's is all there is.
  ...(sodium === null ? [] : [['libsodium', verifyBySodium(sodium)] as const]),
] as const;

describe.each(verifiers)('a check by %s', (_, verify) => {
  it('holds for the signature of its key over its bytes, and for no other', () => {
    fc.assert(fc.property(check, ({ holds, ...one }) => verify(one) === holds));
  });

  // RFC 8032, 5.1.7: S + L would be a second signature of the same message.
  it('refuses a signature that is written in another way', () => {
    const L = 2n ** 252n + 27742317777372353535851937790883648493n;
    const [pair] = pairs;
    const [key] = keys;
    if (pair === undefined || key === undefined) throw new Error('no pair');
    const signed = Buffer.from('the same');
    const signature = sign(null, signed, pair.privateKey);
    const s = BigInt(`0x${Buffer.from(signature.subarray(32).toReversed()).toString('hex')}`) + L;
    const other = Buffer.concat([
      signature.subarray(0, 32),
      Buffer.from(s.toString(16).padStart(64, '0'), 'hex').toReversed(),
    ]);
    expect(verify({ key, signed, signature })).toBe(true);
    expect(verify({ key, signed, signature: other })).toBe(false);
  });
});

describe('a batch', () => {
  it('carries each check as it was', () => {
    fc.assert(
      fc.property(checks, (all) => {
        expect([...verdictsOf(encodeChecks(all), verifyNow)]).toEqual(all.map(({ holds }) => (holds ? 1 : 0)));
      }),
    );
  });
});

describe('the thread', () => {
  const started = async (): Promise<CheckThread> => {
    const thread = new CheckThread();
    thread.start();
    while (!thread.isReady) await new Promise(setImmediate);
    return thread;
  };

  it('answers each check, however many come at once', async () => {
    const thread = await started();
    await fc.assert(
      fc.asyncProperty(checks, async (all) => {
        expect(await Promise.all(all.map((one) => thread.matches(one)))).toEqual(all.map(({ holds }) => holds));
      }),
      { numRuns: 20 },
    );
    await thread.close();
  });

  it('answers before it is ready', async () => {
    const thread = new CheckThread();
    const all = fc.sample(check, 50);
    expect(await Promise.all(all.map((one) => thread.matches(one)))).toEqual(all.map(({ holds }) => holds));
    await thread.close();
  });

  it('loses no check when it dies', async () => {
    const thread = await started();
    const all = fc.sample(check, 200);
    const answers = Promise.all(all.map((one) => thread.matches(one)));
    await new Promise(setImmediate);
    await thread.close();
    expect(await answers).toEqual(all.map(({ holds }) => holds));
    expect(thread.isReady).toBe(false);
    await thread.close();
  });
});

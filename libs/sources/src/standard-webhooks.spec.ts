import { createHmac, generateKeyPairSync, randomBytes, sign as cryptoSign } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { NOW_MS, opened, sourceConformance } from './source.sharedspec.ts';

const names = ['old', 'next', 'stranger'] as const;
type Name = (typeof names)[number];

function eachName<T>(make: () => T): Record<Name, T> {
  return { old: make(), next: make(), stranger: make() };
}

const bytes = eachName(() => randomBytes(32));
const pairs = eachName(() => generateKeyPairSync('ed25519'));
const rawOf = (name: Name) => pairs[name].publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
const symmetric = {
  old: `whsec_${bytes.old.toString('base64')}`,
  next: `whsec_${bytes.next.toString('base64')}`,
  stranger: `whsec_${bytes.stranger.toString('base64')}`,
};
const asymmetric = {
  old: `whpk_${rawOf('old').toString('base64')}`,
  next: `whpk_${rawOf('next').toString('base64')}`,
  stranger: `whpk_${rawOf('stranger').toString('base64')}`,
};

const contentOf = (id: string, time: string, body: Uint8Array) => Buffer.concat([Buffer.from(`${id}.${time}.`), body]);
const v1 = (by: Name, content: Buffer) => `v1,${createHmac('sha256', bytes[by]).update(content).digest('base64')}`;
const v1a = (by: Name, content: Buffer) => `v1a,${cryptoSign(null, content, pairs[by].privateKey).toString('base64')}`;

function signed(signature: (content: Buffer) => string, body: Uint8Array, nowMs = NOW_MS, id = 'msg_1') {
  const time = String(Math.floor(nowMs / 1_000));
  const signatures = signature(contentOf(id, time, body));
  return { headers: { 'webhook-id': id, 'webhook-timestamp': time, 'webhook-signature': signatures } };
}

const malformed = {
  headers: { 'webhook-id': 'msg_1', 'webhook-timestamp': '1790000000', 'webhook-signature': 'v1,short v2,AAAA' },
};

sourceConformance({
  kind: 'standard-webhooks',
  secrets: symmetric,
  sign: (by, body, nowMs) => signed((content) => v1(by, content), body, nowMs),
  malformed,
  signsBody: true,
});

sourceConformance({
  kind: 'standard-webhooks',
  secrets: asymmetric,
  sign: (by, body, nowMs) => signed((content) => v1a(by, content), body, nowMs),
  malformed,
  signsBody: true,
});

const body = Buffer.from('{"id":"person-1"}');
const source = opened({ kind: 'standard-webhooks', secrets: { ...symmetric, next: asymmetric.next } });
const verdictOn = (headers: object) => source.verify({ headers: { ...headers }, body, pathToken: null, nowMs: NOW_MS });

describe('a sender that keeps to Standard Webhooks', () => {
  it("is the one of the specification's example", async () => {
    // From the test vectors of the specification's own libraries.
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const headers = {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    };
    const example = opened({ kind: 'standard-webhooks', secrets: { ...symmetric, old: secret } });
    const sent = { headers, body: Buffer.from('{"test": 2432232314}'), pathToken: null, nowMs: 1_614_265_330_000 };
    expect(await example.verify(sent)).toEqual({ ok: true, keyId: 'old' });
  });

  it('may sign with several keys and schemes at once, some of which nobody knows yet', async () => {
    const several = (content: Buffer) => ['v2,AAAA', v1('stranger', content), v1a('next', content)].join(' ');
    expect(await verdictOn(signed(several, body).headers)).toEqual({ ok: true, keyId: 'next' });
  });

  it('is not taken for another scheme: a secret is no public key', async () => {
    const crossed = (content: Buffer) => v1('next', content);
    expect(await verdictOn(signed(crossed, body).headers)).toEqual({ ok: false, reason: 'mismatch' });
  });

  it('is not heard out without end', async () => {
    const many = (content: Buffer) =>
      [...Array.from({ length: 8 }, () => v1('stranger', content)), v1('old', content)].join(' ');
    expect(await verdictOn(signed(many, body).headers)).toEqual({ ok: false, reason: 'mismatch' });
  });

  it.each([
    ['another id', { 'webhook-id': 'msg_2' }, 'mismatch'],
    ['another time', { 'webhook-timestamp': '1790000001' }, 'mismatch'],
    ['a time that is none', { 'webhook-timestamp': 'now' }, 'malformed'],
    ['no id', { 'webhook-id': undefined }, 'missing'],
    ['no time', { 'webhook-timestamp': undefined }, 'missing'],
  ])('is refused with %s than was signed', async (_, changed, reason) => {
    const { headers } = signed((content) => v1('old', content), body);
    expect(await verdictOn({ ...headers, ...changed })).toEqual({ ok: false, reason });
  });

  it.each([
    [-300_000, { ok: true, keyId: 'old' }],
    [-301_000, { ok: false, reason: 'expired' }],
    [301_000, { ok: false, reason: 'expired' }],
  ])('may be %d ms away', async (offMs, verdict) => {
    expect(await verdictOn(signed((content) => v1('old', content), body, NOW_MS + offMs).headers)).toEqual(verdict);
  });

  it('names its event in the header, not in the body', () => {
    const { headers } = signed((content) => v1('old', content), body);
    expect(source.read({ headers, body, pathToken: null, nowMs: NOW_MS })[0]?.eventId).toBe('src1:msg_1');
  });
});

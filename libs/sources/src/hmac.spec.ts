import { createHmac } from 'node:crypto';
import type { HmacOptions } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import { NOW_MS, opened, sourceConformance } from './source.sharedspec.ts';

const secrets = { old: 'old-secret-of-a-portal', next: 'next-secret-of-a-portal', stranger: 'a-strangers-secret' };
const plain: HmacOptions = {
  signatureHeader: 'x-signature',
  prefix: '',
  algorithm: 'sha256',
  encoding: 'hex',
  timestampHeader: null,
  toleranceMs: 300_000,
};
const timed: HmacOptions = {
  ...plain,
  prefix: 'sha512=',
  algorithm: 'sha512',
  encoding: 'base64',
  timestampHeader: 'x-time',
};

function signed(options: HmacOptions, secret: string, body: Uint8Array, nowMs = NOW_MS) {
  const { signatureHeader, prefix, algorithm, encoding, timestampHeader } = options;
  const time = String(Math.floor(nowMs / 1_000));
  const mac = createHmac(algorithm, secret);
  if (timestampHeader !== null) mac.update(`${time}.`);
  const signature = prefix + mac.update(body).digest(encoding);
  return { headers: { [signatureHeader]: signature, ...(timestampHeader !== null && { [timestampHeader]: time }) } };
}

for (const hmac of [plain, timed]) {
  sourceConformance({
    kind: 'hmac',
    hmac,
    secrets,
    sign: (by, body, nowMs) => signed(hmac, secrets[by], body, nowMs),
    malformed: { headers: { 'x-signature': `${hmac.prefix}not a digest`, 'x-time': '1790000000' } },
    signsBody: true,
  });
}

const body = Buffer.from('{"id":"person-1"}');
const source = opened({ kind: 'hmac', hmac: timed, secrets });
const requestOf = (headers: object) => ({ headers: { ...headers }, body, pathToken: null, nowMs: NOW_MS });
const { headers: good } = signed(timed, secrets.old, body);

describe('a sender with a shared secret', () => {
  it.each([
    ['at the far end of the tolerance', -300_000, { ok: true, keyId: 'old' }],
    ['a second too old', -301_000, { ok: false, reason: 'expired' }],
    ['a second too far ahead', 301_000, { ok: false, reason: 'expired' }],
  ])('signs the time: %s', async (_, offMs, verdict) => {
    const { headers } = signed(timed, secrets.old, body, NOW_MS + offMs);
    expect(await source.verify(requestOf(headers))).toEqual(verdict);
  });

  it.each([
    ['another time than was signed', { ...good, 'x-time': '1790000001' }, 'mismatch'],
    ['a time that is none', { ...good, 'x-time': '0x10' }, 'malformed'],
    ['no time', { 'x-signature': good['x-signature'] }, 'missing'],
    ['no prefix', { ...good, 'x-signature': good['x-signature']?.slice('sha512='.length) }, 'malformed'],
    ['the URL alphabet', { ...good, 'x-signature': 'sha512=' + '-_'.repeat(43) + '==' }, 'malformed'],
    ['a blank at the end', { ...good, 'x-signature': `${good['x-signature']} ` }, 'malformed'],
  ])('is refused with %s', async (_, headers, reason) => {
    expect(await source.verify(requestOf(headers))).toEqual({ ok: false, reason });
  });

  it.each(['sha1', 'sha256', 'sha512'] as const)('may use %s, in capitals where it is hex', async (algorithm) => {
    const options: HmacOptions = { ...plain, algorithm };
    const headers = { 'x-signature': signed(options, secrets.next, body).headers['x-signature']?.toUpperCase() };
    const verdict = await opened({ kind: 'hmac', hmac: options, secrets }).verify(requestOf(headers));
    expect(verdict).toEqual({ ok: true, keyId: 'next' });
  });

  it('names its event in our shape only: the id of a person who changes twice is no repetition', () => {
    const read = (value: object) =>
      source.read({ ...requestOf({}), body: Buffer.from(JSON.stringify(value)) })[0]?.eventId;
    expect(read({ id: 'e-1', type: 'message', leadId: 'l' })).toBe('src1:e-1');
    expect(read({ id: 'person-1', event: 'changed', at: 1 })).not.toBe(
      read({ id: 'person-1', event: 'changed', at: 2 }),
    );
  });
});

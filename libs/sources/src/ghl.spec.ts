import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { parseKeyRing, sign } from '@hub/crm-ghl';
import { describe, expect, it } from '@jest/globals';
import { GhlSource } from './ghl.ts';
import { sourceConformance } from './source.sharedspec.ts';

const pairs = {
  old: generateKeyPairSync('ed25519'),
  next: generateKeyPairSync('ed25519'),
  stranger: generateKeyPairSync('ed25519'),
};
const spkiOf = (key: KeyObject) => key.export({ format: 'der', type: 'spki' }).toString('base64');

sourceConformance({
  kind: 'ghl',
  secrets: {
    old: spkiOf(pairs.old.publicKey),
    next: spkiOf(pairs.next.publicKey),
    stranger: spkiOf(pairs.stranger.publicKey),
  },
  sign: (by, body) => ({ headers: { 'x-ghl-signature': sign(pairs[by].privateKey, body) } }),
  malformed: { headers: { 'x-ghl-signature': '*'.repeat(88) } },
  signsBody: true,
});

const keys = parseKeyRing(`spec=${spkiOf(pairs.old.publicKey)}`);
const body = Buffer.from(
  JSON.stringify({ type: 'ContactCreate', locationId: 'loc1', webhookId: 'w-1', appId: 'app1' }),
);

function requestOf(bytes: Buffer) {
  const headers = { 'x-ghl-signature': sign(pairs.old.privateKey, bytes) };
  return { headers, body: bytes, pathToken: null, nowMs: 5 };
}

describe('the platform', () => {
  it.each([
    ['its own app', 'app1', { ok: true, keyId: 'spec' }],
    ['any app when none is configured', null, { ok: true, keyId: 'spec' }],
    ['another app', 'app2', { ok: false, reason: 'otherApp' }],
  ])('signs for %s', async (_, appId, verdict) => {
    expect(await new GhlSource({ keys, appId }).verify(requestOf(body))).toEqual(verdict);
  });

  it('is believed what nobody can read', async () => {
    const source = new GhlSource({ keys, appId: 'app1' });
    const request = requestOf(Buffer.from('not JSON'));
    expect(await source.verify(request)).toEqual({ ok: true, keyId: 'spec' });
    expect(source.read(request)).toMatchObject([{ tenantId: null, type: null, body: request.body }]);
  });

  it('names its tenant and event in the body', () => {
    const source = new GhlSource({ keys, appId: null });
    expect(source.read(requestOf(body))).toEqual([{ eventId: 'w-1', tenantId: 'loc1', type: 'ContactCreate', body }]);
  });
});

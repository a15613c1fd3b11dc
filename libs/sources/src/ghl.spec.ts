import { parseKeyRing, sign } from '@hub/crm-ghl';
import { describe, expect, it } from '@jest/globals';
import { generateKeyPairSync } from 'node:crypto';
import { GhlSource } from './ghl.ts';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const keys = parseKeyRing(`spec=${spki}`);
const body = Buffer.from(
  JSON.stringify({ type: 'ContactCreate', locationId: 'loc1', webhookId: 'w-1', appId: 'app1' }),
);

function requestOf(bytes: Buffer) {
  return { headers: { 'x-ghl-signature': sign(privateKey, bytes) }, body: bytes, pathToken: null, nowMs: 5 };
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

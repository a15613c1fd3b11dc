import { randomBytes } from 'node:crypto';
import type { SourceConfiguration } from '@hub/contracts';
import { parseKeyRing } from '@hub/crm-ghl';
import { describe, expect, it } from '@jest/globals';
import { openSource } from './open-source.ts';
import { Sealing } from './sealing.ts';
import { UnsureSource } from './unsure-source.ts';

const sealing = new Sealing(randomBytes(32));
const platform = { keys: parseKeyRing(''), appId: null };
const secret = 'a-secret-of-a-workflow';

function configured(more: Partial<SourceConfiguration> = {}): SourceConfiguration {
  const sealed = sealing.seal(secret, { sourceId: 'src1', keyId: 'k1' });
  return {
    sourceId: 'src1',
    kind: 'ghl-workflow',
    tenantId: 'maple',
    name: 'spec',
    state: 'active',
    keys: [{ keyId: 'k1', sealed, notBeforeMs: null, notAfterMs: null }],
    hmac: null,
    version: 1,
    ...more,
  };
}

const request = (headers: object) => ({ headers: { ...headers }, body: Buffer.alloc(0), pathToken: null, nowMs: 0 });

describe('a configuration', () => {
  it.each([
    ['no sealing key', null],
    ['another sealing key', new Sealing(randomBytes(32))],
  ])('whose secrets do not open for %s is known, and so is which', (_, other) => {
    const { source, unusableKeys } = openSource(configured(), other, platform);
    expect([source?.id, unusableKeys]).toEqual(['src1', ['k1']]);
  });

  it('with a secret that its kind cannot use has no such key', () => {
    expect(openSource(configured({ kind: 'events' }), sealing, platform).unusableKeys).toEqual(['k1']);
  });

  it.each<[string, Partial<SourceConfiguration>]>([
    ['without a tenant', { tenantId: null }],
    ['of the kind that signs as it is told, without being told', { kind: 'hmac' }],
    ['of a probe', { kind: 'probe' }],
  ])('%s is no source', (_, more) => {
    expect(openSource(configured(more), sealing, platform).source).toBeNull();
  });

  it("keeps GoHighLevel's built-in key when a configured one does not open", () => {
    const { source, unusableKeys } = openSource(configured({ kind: 'ghl', tenantId: null }), null, platform);
    expect([source?.kind, unusableKeys]).toEqual(['ghl', ['k1']]);
  });
});

describe('a source of which not every key is known', () => {
  const { source } = openSource(configured(), sealing, platform);
  if (source === null) throw new Error('not opened');
  const unsure = new UnsureSource(source);

  it.each([
    ['accepts what a known key made', { 'x-hub-secret': secret }, { ok: true, keyId: 'k1' }],
    [
      'does not turn away what another may have made',
      { 'x-hub-secret': 'other' },
      { ok: false, reason: 'notKnownYet' },
    ],
    ['refuses what no key could have made', {}, { ok: false, reason: 'missing' }],
  ])('%s', async (_, headers, verdict) => {
    expect(await unsure.verify(request(headers))).toEqual(verdict);
  });

  it('also where the only known key has ended', async () => {
    const keys = configured().keys.map((key) => ({ ...key, notAfterMs: 0 }));
    const { source: ended } = openSource(configured({ keys }), sealing, platform);
    const verdict = ended && (await new UnsureSource(ended).verify(request({ 'x-hub-secret': secret })));
    expect(verdict).toEqual({ ok: false, reason: 'notKnownYet' });
  });
});

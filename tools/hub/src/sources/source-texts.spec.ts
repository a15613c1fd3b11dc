import { describe, expect, it } from '@jest/globals';
import { addedText, listText, sourceText } from './source-texts.ts';
import type { KeyView, SourceView } from './source-view.ts';

const AT = Date.parse('2026-09-01T12:00:00Z');

const key: KeyView = {
  keyId: 'key1',
  state: 'valid',
  notBeforeMs: null,
  notAfterMs: AT,
  revokedAtMs: null,
  lastUsedAtMs: AT,
  uses: 12,
};
const unused: KeyView = { ...key, keyId: 'key2', notAfterMs: null, lastUsedAtMs: null, uses: 0 };
const source: SourceView = {
  sourceId: 'src1',
  kind: 'hmac',
  name: 'Portal',
  state: 'active',
  url: 'https://hub.example/webhooks/src1',
  hmac: {
    signatureHeader: 'x-signature',
    prefix: 'sha256=',
    algorithm: 'sha256',
    encoding: 'hex',
    timestampHeader: 'x-time',
    toleranceMs: 300_000,
  },
  keys: [key, unused],
};

describe('sources as people read them', () => {
  it('are listed with a line for each key: how long it is good, and when it was last used', () => {
    const text = listText([source, { ...source, sourceId: 'src2', state: 'revoked', keys: [] }]);
    expect(text).toMatch(
      /^src1 +hmac +Portal +active +key1 +valid +– +2026-09-01 12:00:00Z +2026-09-01 12:00:00Z +12$/m,
    );
    expect(text).toMatch(/^src1 +hmac +Portal +active +key2 +valid +– +– +never +0$/m);
    expect(text).toMatch(/^src2 +hmac +Portal +revoked +–( +–)+$/m);
    expect(listText([])).toBe('no sources\n');
  });

  it('say how their sender signs', () => {
    expect(sourceText(source)).toContain('posts to https://hub.example/webhooks/src1\n');
    expect(sourceText(source)).toContain(
      'signs with HMAC-sha256 over <x-time>.<body>, as sha256=<hex> in x-signature, within 5 min of that time\n',
    );
    expect(sourceText({ ...source, hmac: null })).not.toContain('signs with');
  });

  it('end with a revoked key where it was revoked', () => {
    const revoked: KeyView = { ...key, state: 'revoked', revokedAtMs: AT - 3_600_000 };
    expect(sourceText({ ...source, keys: [revoked] })).toMatch(/^key1 +revoked +– +2026-09-01 11:00:00Z /m);
  });

  it('show a secret once, and say so', () => {
    const added = { source, announced: true, keyId: 'key2', secret: 's3cret', urlWithSecret: null };
    expect(addedText(added)).toMatch(/^secret {2}s3cret\nStore it now: /m);
    const inUrl = addedText({ ...added, urlWithSecret: 'https://hub.example/webhooks/src1/s3cret' });
    expect(inUrl).toContain('post to  https://hub.example/webhooks/src1/s3cret\n');
    const given = addedText({ ...added, secret: null });
    expect(given).toContain('key key2 was added');
    expect(given).not.toContain('Store it now');
  });
});

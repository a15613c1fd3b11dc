import { describe, expect, it } from '@jest/globals';
import { NOW_MS, opened, sourceConformance } from './source.sharedspec.ts';

const secrets = { old: 'old-secret-of-a-workflow', next: 'next-secret-of-a-workflow', stranger: 'a-strangers-secret' };

sourceConformance({
  kind: 'ghl-workflow',
  secrets,
  sign: (by) => ({ headers: { 'x-hub-secret': secrets[by] } }),
  malformed: { headers: { 'x-hub-secret': 'x'.repeat(600) } },
  signsBody: false,
});

const source = opened({ kind: 'ghl-workflow', secrets });
const request = { headers: {}, body: Buffer.from('{}'), pathToken: null, nowMs: NOW_MS };

describe('a workflow', () => {
  it.each([
    ['in the URL', { pathToken: secrets.old }, { ok: true, keyId: 'old' }],
    ['wrong in the URL', { pathToken: secrets.stranger }, { ok: false, reason: 'mismatch' }],
    [
      'in the header, which counts more than the URL',
      { headers: { 'x-hub-secret': secrets.stranger }, pathToken: secrets.old },
      { ok: false, reason: 'mismatch' },
    ],
    [
      'twice in the header',
      { headers: { 'x-hub-secret': [secrets.old, secrets.old] } },
      { ok: false, reason: 'mismatch' },
    ],
    ['a prefix of it', { pathToken: secrets.old.slice(0, -1) }, { ok: false, reason: 'mismatch' }],
  ])('sends its secret %s', async (_, sent, verdict) => {
    expect(await source.verify({ ...request, ...sent })).toEqual(verdict);
  });

  it('may name its event; else the bytes do', () => {
    const read = (body: object) => source.read({ ...request, body: Buffer.from(JSON.stringify(body)) })[0]?.eventId;
    expect(read({ customData: { event_id: 'e-1' }, a: 1 })).toBe('src1:e-1');
    expect(read({ customData: { event_id: 'e-1' }, a: 2 })).toBe('src1:e-1');
    expect(read({ contact_id: 'c1', id: 'deal-1' })).toMatch(/^[0-9a-f]{64}$/);
  });
});

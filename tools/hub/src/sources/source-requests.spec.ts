import { describe, expect, it } from '@jest/globals';
import { UsageError } from '../usage-error.ts';
import { keysPath, newKeyOf, newSourceOf, sourcesPath } from './source-requests.ts';

const DAY = 86_400_000;

describe('a new source', () => {
  it.each<[string, Record<string, string>, string | undefined, object]>([
    ['ghl', { 'public-key': 'AA==' }, undefined, { publicKey: 'AA==' }],
    [
      'ghl',
      { 'public-key': 'AA==', from: '2026-12-01T08:00Z', until: '2026-12-01T10:00:00+01:00' },
      undefined,
      { publicKey: 'AA==', notBeforeMs: 1_796_112_000_000, notAfterMs: 1_796_115_600_000 },
    ],
    ['ghl-workflow', { name: 'Forms' }, undefined, { kind: 'ghl-workflow', name: 'Forms' }],
    ['standard-webhooks', { name: 'S' }, 'whsec_x', { kind: 'standard-webhooks', name: 'S', secret: 'whsec_x' }],
    [
      'standard-webhooks',
      { name: 'S', 'public-key': 'AA==' },
      undefined,
      { kind: 'standard-webhooks', name: 'S', secret: 'whpk_AA==' },
    ],
    [
      'hmac',
      {
        name: 'Portal',
        'signature-header': 'X-Signature',
        prefix: 'sha512=',
        algorithm: 'sha512',
        encoding: 'base64',
        'timestamp-header': 'X-Time',
        tolerance: '2min',
      },
      undefined,
      {
        kind: 'hmac',
        name: 'Portal',
        hmac: {
          signatureHeader: 'X-Signature',
          prefix: 'sha512=',
          algorithm: 'sha512',
          encoding: 'base64',
          timestampHeader: 'X-Time',
          toleranceMs: 120_000,
        },
      },
    ],
    [
      'hmac',
      { name: 'Portal', 'signature-header': 'x-s' },
      undefined,
      { kind: 'hmac', name: 'Portal', hmac: { signatureHeader: 'x-s' } },
    ],
    ['events', { name: 'Importer' }, undefined, { kind: 'events', name: 'Importer' }],
  ])('of kind %s with %j is asked for', (kind, values, secret, body) => {
    expect(newSourceOf(kind, values, secret)).toEqual(body);
  });

  it.each<[string, Record<string, string>, string | undefined, RegExp]>([
    ['ghl', {}, undefined, /--public-key is missing/],
    ['events', {}, undefined, /--name is missing/],
    ['hmac', { name: 'x' }, undefined, /--signature-header is missing/],
    ['hmac', { name: 'x', 'signature-header': 's', tolerance: '5' }, undefined, /--tolerance must be a duration/],
    ['ghl', { 'public-key': 'AA==', from: '2026-12-01' }, undefined, /--from must be a time with its zone/],
    ['standard-webhooks', { name: 'x', 'public-key': 'AA==' }, 'whsec_x', /exclude each other/],
  ])('of kind %s with %j is not', (kind, values, secret, message) => {
    expect(() => newSourceOf(kind, values, secret)).toThrow(UsageError);
    expect(() => newSourceOf(kind, values, secret)).toThrow(message);
  });
});

describe('a new key', () => {
  it('lets the others go on for a day unless told otherwise', () => {
    expect(newKeyOf('src1', {}, undefined)).toEqual({ overlapMs: DAY });
    expect(newKeyOf('src1', { overlap: '0' }, 'a secret')).toEqual({ secret: 'a secret', overlapMs: 0 });
    expect(newKeyOf('src1', { overlap: '7d', 'public-key': 'whpk_AA==' }, undefined)).toEqual({
      secret: 'whpk_AA==',
      overlapMs: 7 * DAY,
    });
  });

  it('of GoHighLevel is a public key', () => {
    expect(newKeyOf('ghl', { 'public-key': 'AA==' }, undefined)).toEqual({ publicKey: 'AA==', overlapMs: DAY });
    expect(() => newKeyOf('ghl', {}, undefined)).toThrow('--public-key is missing');
  });
});

describe('addresses', () => {
  it("are those of the tenant, or of GoHighLevel's own keys", () => {
    expect(sourcesPath('maple')).toBe('/api/tenants/maple/sources');
    expect(sourcesPath(undefined)).toBe('/api/sources/ghl/keys');
    expect(keysPath('src1', 'maple')).toBe('/api/tenants/maple/sources/src1/keys');
    expect(keysPath('ghl', undefined)).toBe('/api/sources/ghl/keys');
    expect(() => keysPath('src1', undefined)).toThrow('--tenant is missing');
  });
});

import { randomBytes } from 'node:crypto';
import type { HmacOptions, SourceConfiguration, SourceKind } from '@hub/contracts';
import { parseKeyRing } from '@hub/crm-ghl';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openSource } from './open-source.ts';
import { Sealing } from './sealing.ts';
import type { Headers, Source, SourceRequest } from './source.ts';

/** What a sender adds to a body. */
export type Sent = Partial<Pick<SourceRequest, 'headers' | 'pathToken'>>;

export interface SourceUnderTest {
  readonly kind: SourceKind;
  readonly hmac?: HmacOptions;
  /** Two keys or secrets as they are configured, and a third that never is. */
  readonly secrets: { readonly old: string; readonly next: string; readonly stranger: string };
  /** What a sender with one of them sends along with a body. */
  readonly sign: (by: keyof SourceUnderTest['secrets'], body: Uint8Array, nowMs: number) => Sent;
  /** Something in the place of the signature that can be none. */
  readonly malformed: Sent;
  /** Whether the body is signed; else the secret itself is sent. */
  readonly signsBody: boolean;
}

export const SOURCE_ID = 'src1';
export const TENANT_ID = 'maple';
export const NOW_MS = 1_790_000_000_000;
const MINUTE_MS = 60_000;

type Window = readonly [notBeforeMs: number | null, notAfterMs: number | null];
const ALWAYS: Window = [null, null];

const sealing = new Sealing(randomBytes(32));

/** The adapter as the gateway has it: from a configuration whose keys are sealed. */
export function opened(
  { kind, hmac, secrets }: Pick<SourceUnderTest, 'kind' | 'hmac' | 'secrets'>,
  windows: Partial<Record<'old' | 'next', Window>> = { old: ALWAYS, next: ALWAYS },
): Source {
  const keys = Object.entries(windows).map(([keyId, [notBeforeMs, notAfterMs]]) => ({
    keyId,
    sealed: sealing.seal(secrets[keyId as 'old' | 'next'], { sourceId: SOURCE_ID, keyId }),
    notBeforeMs,
    notAfterMs,
  }));
  const configuration: SourceConfiguration = {
    sourceId: SOURCE_ID,
    kind,
    tenantId: kind === 'ghl' ? null : TENANT_ID,
    name: 'spec',
    state: 'active',
    keys,
    hmac: hmac ?? null,
    version: 1,
  };
  const { source, unusableKeys } = openSource(configuration, sealing, { keys: parseKeyRing(''), appId: null });
  if (source === null || unusableKeys.length > 0) throw new Error(`not opened: ${unusableKeys.join()}`);
  return source;
}

/** What every adapter must do, whatever proves who sent a request. */
export function sourceConformance(under: SourceUnderTest): void {
  const { sign, malformed, signsBody } = under;
  const body = Buffer.from('{"type":"message", "leadId":"lead-1" , "locationId":"maple"}');

  const request = (by: 'old' | 'next' | 'stranger', more: Partial<SourceRequest> = {}): SourceRequest => {
    const { nowMs = NOW_MS } = more;
    return { headers: {}, body, pathToken: null, nowMs, ...sign(by, body, nowMs), ...more };
  };

  describe(`${under.kind} as a source`, () => {
    it('accepts what was sent with a key of its, and names the key', async () => {
      const source = opened(under);
      expect(await source.verify(request('old'))).toEqual({ ok: true, keyId: 'old' });
      expect(await source.verify(request('next'))).toEqual({ ok: true, keyId: 'next' });
    });

    it('tells a wrong key from a malformed signature from none', async () => {
      const source = opened(under);
      const none = { headers: {}, pathToken: null };
      expect(await source.verify(request('stranger'))).toEqual({ ok: false, reason: 'mismatch' });
      expect(await source.verify(request('old', { ...none, ...malformed }))).toEqual({
        ok: false,
        reason: 'malformed',
      });
      expect(await source.verify(request('old', none))).toEqual({ ok: false, reason: 'missing' });
    });

    it('refuses everything when it has no key', async () => {
      if (under.kind === 'ghl') return; // Its built-in key is always there.
      expect(await opened(under, {}).verify(request('old'))).toEqual({ ok: false, reason: 'mismatch' });
    });

    if (signsBody) {
      it('refuses a body of which any bit was changed', async () => {
        const source = opened(under);
        const { headers } = request('old');
        for (let bit = 0; bit < body.length * 8; bit += 5) {
          const changed = Buffer.from(body);
          changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
          const verdict = await source.verify({ ...request('old'), headers, body: changed });
          expect(verdict).toEqual({ ok: false, reason: 'mismatch' });
        }
      });
    }

    it.each<[string, Window, boolean]>([
      ['from its first moment', [NOW_MS, null], true],
      ['not a moment before', [NOW_MS + 1, null], false],
      ['up to its last moment', [null, NOW_MS + 1], true],
      ['not when it has ended', [null, NOW_MS], false],
      ['not when it was revoked', [null, 0], false],
    ])('takes a key %s', async (_, window, ok) => {
      const verdict = await opened(under, { old: window }).verify(request('old'));
      expect(verdict).toEqual(ok ? { ok: true, keyId: 'old' } : { ok: false, reason: 'expired' });
    });

    it('accepts both keys while they overlap, then the new one alone', async () => {
      const endMs = NOW_MS + MINUTE_MS;
      const source = opened(under, { old: [null, endMs], next: [NOW_MS, null] });
      const at = async (by: 'old' | 'next', nowMs: number) => (await source.verify(request(by, { nowMs }))).ok;
      expect([await at('old', NOW_MS - 1), await at('next', NOW_MS - 1)]).toEqual([true, false]);
      expect([await at('old', NOW_MS), await at('next', NOW_MS)]).toEqual([true, true]);
      expect([await at('old', endMs), await at('next', endMs)]).toEqual([false, true]);
    });

    it('gives a retry the same event ids, whenever it comes and whichever key signed it', () => {
      const source = opened(under);
      const first = source.read(request('old'));
      const retry = source.read(request('next', { nowMs: NOW_MS + 4 * MINUTE_MS }));
      expect(retry).toEqual(first);
      expect(first.map(({ eventId }) => eventId)).toEqual([expect.stringMatching(/^[\x21-\x7e]{1,200}$/)]);
    });

    it('gives two bodies two event ids', () => {
      const source = opened(under);
      const [one] = source.read({ headers: {}, body: Buffer.from('{"a":1}'), pathToken: null, nowMs: NOW_MS });
      const [other] = source.read({ headers: {}, body: Buffer.from('{"a":2}'), pathToken: null, nowMs: NOW_MS });
      expect(one?.eventId).not.toBe(other?.eventId);
    });

    it('speaks for its own tenant, whatever the body claims', () => {
      if (under.kind === 'ghl') return; // The platform's bodies name theirs.
      const claim = Buffer.from('{"locationId":"oak","location":{"id":"oak"},"tenantId":"oak"}');
      for (const event of opened(under).read(request('old', { body: claim }))) expect(event.tenantId).toBe(TENANT_ID);
    });

    it.each(['', 'not JSON', '[', '"text"', '\xff\xfe', '[[]', '{"id":1}'])(
      'reads %j, which nobody understands, as one event of these very bytes',
      (text) => {
        const bytes = Buffer.from(text, 'latin1');
        const events = opened(under).read(request('old', { body: bytes }));
        expect(events.map((event) => Buffer.from(event.body))).toEqual([bytes]);
      },
    );

    it('never throws and never accepts, whatever strangers send', async () => {
      const source = opened(under);
      const own = Object.keys({ ...request('old').headers, ...malformed.headers });
      const names = fc.oneof(fc.constantFrom(...own, 'authorization', 'webhook-id'), fc.string());
      const values = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.array(fc.string(), { maxLength: 3 }));
      await fc.assert(
        fc.asyncProperty(
          fc.dictionary(names, values) as fc.Arbitrary<Headers>,
          fc.uint8Array(),
          fc.option(fc.string()),
          async (headers, bytes, pathToken) => {
            const sent = { headers, body: bytes, pathToken, nowMs: NOW_MS };
            expect((await source.verify(sent)).ok).toBe(false);
            expect(source.read(sent).length).toBeGreaterThan(0);
          },
        ),
      );
    });

    it('names no header among the signed ones that is a secret', () => {
      const { headers } = request('old');
      const source = opened(under);
      for (const name of source.signedHeaders) expect(headers?.[name]).not.toContain(under.secrets.old);
      if (signsBody) expect(source.signedHeaders).toEqual(expect.arrayContaining(Object.keys(headers ?? {})));
    });
  });
}

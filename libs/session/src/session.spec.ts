import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SESSION_COOKIE, sessionFromCookie } from './cookie.ts';
import { mayRead, openSession, sealSession, type Session } from './session.ts';
import { hashSignInToken, newSignInToken } from './sign-in-token.ts';

const SECRET = 'a secret of no less than 32 characters';
const NOW = 1_800_000_000_000;
const owner: Session = { userId: 'u1', name: 'Zoë', tenants: ['loc_A', 'loc_B'], expiresAtMs: NOW + 1000 };

/** `*` in a list is no tenant: such a session is refused. */
const tenantId = fc.string().filter((id) => id !== '*');

const anySession: fc.Arbitrary<Session> = fc.record({
  userId: fc.string(),
  name: fc.string({ unit: 'grapheme' }),
  tenants: fc.oneof(fc.constant('*' as const), fc.array(tenantId, { maxLength: 10 })),
  expiresAtMs: fc.integer({ min: NOW + 1, max: NOW * 2 }),
});

function signedByUs(payload: string): string {
  const signed = `v1.${Buffer.from(payload).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', SECRET).update(signed).digest('base64url')}`;
}

describe('openSession', () => {
  it('opens what was sealed', () => {
    fc.assert(
      fc.property(anySession, (session) => {
        expect(openSession(SECRET, sealSession(SECRET, session), NOW)).toEqual(session);
      }),
    );
  });

  it('refuses a list of tenants that hides all of them', () => {
    const token = sealSession(SECRET, { ...owner, tenants: ['loc_A', '*'] });
    expect(openSession(SECRET, token, NOW)).toBeNull();
  });

  it('refuses a token with any one character changed, dropped or added', () => {
    const token = sealSession(SECRET, owner);
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.string({ unit: 'binary', maxLength: 2 }), (at, text) => {
        fc.pre(text !== token[at]);
        expect(openSession(SECRET, token.slice(0, at) + text + token.slice(at + 1), NOW)).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  it('refuses every other last character, though base64url decodes some of them to the same bytes', () => {
    const token = sealSession(SECRET, owner);
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const opened = alphabet.split('').filter((last) => openSession(SECRET, token.slice(0, -1) + last, NOW) !== null);
    expect(opened).toEqual([token.at(-1)]);
  });

  it('refuses any flipped bit', () => {
    const bytes = Buffer.from(sealSession(SECRET, owner));
    for (let bit = 0; bit < bytes.length * 8; bit += 1) {
      const flipped = Buffer.from(bytes);
      flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(openSession(SECRET, flipped.toString('latin1'), NOW)).toBeNull();
    }
  });

  it('ends at its expiry, not after it', () => {
    const token = sealSession(SECRET, owner);
    expect(openSession(SECRET, token, NOW + 999)).not.toBeNull();
    expect(openSession(SECRET, token, NOW + 1000)).toBeNull();
  });

  it('refuses a token of another secret', () => {
    expect(openSession(`${SECRET}!`, sealSession(SECRET, owner), NOW)).toBeNull();
  });

  it.each([
    ['nothing', undefined],
    ['empty', ''],
    ['no mac', 'v1.e30'],
    ['another version', sealSession(SECRET, owner).replace('v1.', 'v2.')],
    ['too long', `v1.${'A'.repeat(5000)}.${'A'.repeat(43)}`],
    ['not JSON', signedByUs('hello')],
    ['not a session', signedByUs('{"userId":"u1"}')],
    ['no expiry', signedByUs('{"userId":"u","name":"n","tenants":"*","expiresAtMs":null}')],
    ['every tenant among named ones', signedByUs('{"userId":"u","name":"n","tenants":["a","*"],"expiresAtMs":9e15}')],
    ['tenants that are not text', signedByUs('{"userId":"u","name":"n","tenants":[1],"expiresAtMs":9e15}')],
  ])('refuses %s', (_what, token) => {
    expect(openSession(SECRET, token, NOW)).toBeNull();
  });
});

describe('sealSession', () => {
  it('refuses a short secret and a session no cookie can hold', () => {
    expect(() => sealSession('short', owner)).toThrow(/32 characters/);
    expect(() => sealSession(SECRET, { ...owner, tenants: Array.from({ length: 500 }, () => 'loc_000000') })).toThrow(
      /fit a cookie/,
    );
  });
});

describe('sessionFromCookie', () => {
  const token = sealSession(SECRET, owner);
  const expired = sealSession(SECRET, { ...owner, expiresAtMs: NOW });

  it.each([
    ['alone', `${SESSION_COOKIE}=${token}`],
    ['among others', `theme=dark; ${SESSION_COOKIE}=${token};lang=en`],
    ['after an expired one', `${SESSION_COOKIE}=${expired}; ${SESSION_COOKIE}=${token}`],
    ['before a planted one', `${SESSION_COOKIE}=${token}; ${SESSION_COOKIE}=v1.x.y`],
    ['after rubbish', `; =; ${SESSION_COOKIE}; ${SESSION_COOKIE}=${token}`],
  ])('finds the session %s', (_where, header) => {
    expect(sessionFromCookie(SECRET, header, NOW)).toEqual(owner);
  });

  it.each([
    ['no header', undefined],
    ['another name', `x${SESSION_COOKIE}=${token}`],
    ['a name in another case', `${SESSION_COOKIE.toUpperCase()}=${token}`],
    ['a quoted value', `${SESSION_COOKIE}="${token}"`],
    ['only an expired one', `${SESSION_COOKIE}=${expired}`],
  ])('finds none in %s', (_where, header) => {
    expect(sessionFromCookie(SECRET, header, NOW)).toBeNull();
  });
});

describe('mayRead', () => {
  it.each([
    [['loc_A'], 'loc_A', true],
    [['loc_A'], 'loc_B', false],
    [[], 'loc_A', false],
    [['*'], 'loc_A', false],
    ['*' as const, 'loc_A', true],
  ])('%j may read %s: %s', (tenants, tenantId, expected) => {
    expect(mayRead({ ...owner, tenants }, tenantId)).toBe(expected);
  });
});

describe('newSignInToken', () => {
  it('gives 256 random bits and the hash that is stored', () => {
    const { token, tokenHash } = newSignInToken();
    expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(tokenHash).toMatch(/^[0-9a-f]{64}$/);
    expect(hashSignInToken(token)).toBe(tokenHash);
    expect(newSignInToken().token).not.toBe(token);
  });
});

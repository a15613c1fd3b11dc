import { type Session, SESSION_COOKIE, sealSession } from '@hub/session';
import { describe, expect, it } from '@jest/globals';
import { admit, type Knock } from './admission.ts';

const SECRET = 'a secret of at least thirty-two characters';
const NOW_MS = 1_790_000_000_000;
const RULES = { sessionSecret: SECRET, allowedOrigins: ['http://localhost:4000'] };

function cookieOf(session: Partial<Session>): string {
  const whole = { userId: 'u1', name: 'Jo', tenants: ['maple'], expiresAtMs: NOW_MS + 1, ...session };
  return `${SESSION_COOKIE}=${sealSession(SECRET, whole)}`;
}

const KNOCK: Knock = {
  cookie: cookieOf({}),
  origin: 'http://localhost:4000',
  tenant: 'maple',
  after: null,
};

describe('admit', () => {
  it.each<[string, Partial<Knock>, number]>([
    ['no cookie', { cookie: undefined }, 401],
    ['a cookie of another secret', { cookie: `${SESSION_COOKIE}=v1.e30.${'x'.repeat(43)}` }, 401],
    ['a session that has just expired', { cookie: cookieOf({ expiresAtMs: NOW_MS }) }, 401],
    ['a page of someone else', { origin: 'https://evil.example' }, 403],
    ['a page that only begins like ours', { origin: 'http://localhost:4000.evil.example' }, 403],
    ['an opaque origin', { origin: 'null' }, 403],
    ['no tenant', { tenant: null }, 400],
    ['an empty tenant', { tenant: '' }, 400],
    ["someone else's tenant", { tenant: 'oak' }, 404],
    ['a tenant that would change the subject', { tenant: '*', cookie: cookieOf({ tenants: '*' }) }, 404],
    ['a sequence that is no number', { after: '12a' }, 400],
    ['a negative sequence', { after: '-1' }, 400],
    ['an empty sequence', { after: '' }, 400],
    ['a sequence beyond whole numbers', { after: '9'.repeat(17) }, 400],
  ])('refuses %s with %i', (_, change, status) => {
    expect(admit({ ...KNOCK, ...change }, RULES, NOW_MS)).toMatchObject({ admitted: false, status });
  });

  it.each<[string, Partial<Knock>, number | null]>([
    ['a new screen', {}, null],
    ['one that resumes', { after: '17' }, 17],
    ['one that resumes from the very beginning', { after: '0' }, 0],
    ['a client that is no browser and sends no origin', { origin: undefined }, null],
    ['someone who may see all tenants', { cookie: cookieOf({ tenants: '*' }) }, null],
  ])('admits %s', (_, change, after) => {
    expect(admit({ ...KNOCK, ...change }, RULES, NOW_MS)).toMatchObject({ admitted: true, tenantId: 'maple', after });
  });
});

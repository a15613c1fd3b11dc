import { describe, expect, it } from '@jest/globals';
import type { Letter } from './letter.ts';
import { groupsText, lettersText, letterText } from './letter-texts.ts';

const AT = Date.parse('2026-09-01T12:00:00.123Z');

const LETTER: Letter = {
  id: '17',
  tenantId: 'maple',
  eventId: 'e1',
  state: 'dead',
  reason: 'notStorable',
  cause: 'store:22P05',
  type: 'ContactCreate',
  leadId: null,
  sourceId: 'ghl',
  attempts: 2,
  bytes: 3,
  receivedAtMs: AT,
  firstFailedAtMs: AT,
  lastFailedAtMs: AT,
  sentAgainAtMs: null,
  settledAtMs: null,
  detail: 'column body',
  headers: { 'user-agent': 'ghl\u0007' },
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  attemptLog: [{ atMs: AT, reason: 'retry', cause: 'store:40001' }],
  bytesBase64: Buffer.from('{"a').toString('base64'),
};

describe('dead letters', () => {
  it('are counted by root cause', () => {
    const group = {
      reason: 'notStorable',
      cause: 'store:22P05',
      letters: 9,
      dead: 4,
      parked: 0,
      replayed: 3,
      dropped: 2,
      tenants: 1,
      firstFailedAtMs: AT,
      lastFailedAtMs: AT,
      exampleId: '17',
    };
    expect(groupsText([group])).toMatch(/^notStorable +store:22P05 +4 +0 +3 +2 +1 +2026-09-01 12:00:00Z .* 17$/m);
    expect(groupsText([])).toBe('no dead letters\n');
  });

  it('are listed', () => {
    expect(lettersText([LETTER])).toMatch(/^17 .* dead +notStorable +store:22P05 +maple +ContactCreate +– +2 +e1$/m);
    expect(lettersText([])).toBe('no dead letters match\n');
  });

  it('are shown with headers, attempts, trace and bytes', () => {
    const text = letterText(LETTER, { hex: false });
    expect(text).toMatch(/^ {2}received +2026-09-01 12:00:00\.123Z$/m);
    expect(text).toMatch(/^ {2}detail +column body$/m);
    expect(text).toMatch(/^ {2}trace +00-0af7651916cd43dd8448eb211c80319c-/m);
    expect(text).toContain('  user-agent: ghl\\u0007\n');
    expect(text).toMatch(/^2026-09-01 12:00:00\.123Z +retry +store:40001$/m);
    expect(text).toMatch(/\n3 bytes\n\{"a\n$/);
    expect(letterText({ ...LETTER, detail: null }, { hex: true })).toMatch(/7b 22 61 +\{"a\n$/);
  });
});

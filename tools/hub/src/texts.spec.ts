import { describe, expect, it } from '@jest/globals';
import { alertsText } from './alerts.ts';
import { downtimeText } from './downtime.ts';
import { duplicatesText } from './duplicates.ts';
import { gradeText } from './grade.ts';
import { ledgerText } from './ledger.ts';
import { refusalsText } from './refusals.ts';
import { fieldsText, typesText } from './schema.ts';

const AT = Date.parse('2026-09-01T12:00:00Z');

describe('what the hub shows', () => {
  it('is a ledger with its sums, and whether it balances', () => {
    const counts = { received: 5, applied: 3, duplicates: 1, dead: 0, parked: 0, inFlight: 1 };
    const text = ledgerText({
      lines: [{ tenantId: 'maple', minuteMs: AT, isImbalanced: true, ...counts }],
      sums: counts,
      inFlight: { webhooks: 1, oldestAgeMs: 180_000 },
      imbalance: 1,
    });
    expect(text).toMatch(/^2026-09-01 12:00:00Z +maple +5 +3 +1 +0 +0 +1 +not accounted for$/m);
    expect(text).toMatch(/^sum +5 +3 +1 +0 +0 +1$/m);
    expect(text).toMatch(/^1 not accounted for after 2 minutes; 1 in flight, the oldest for 3 min$/m);
  });

  it('is a gap per line, with what each tenant may have missed', () => {
    const estimate = { tenantId: 'maple', expected: 37.5, low: 26, high: 51, basis: 'sameHours' };
    const text = downtimeText([
      { service: 'gateway', beganAtMs: AT, endedAtMs: AT + 600_000, estimates: [estimate] },
      { service: 'cache', beganAtMs: AT, endedAtMs: null, estimates: [] },
    ]);
    expect(text).toMatch(/10 min +gateway +maple +38 +26 and 51 +same hours of earlier weeks$/m);
    expect(text).toMatch(/lasts +cache$/m);
    expect(downtimeText([])).toBe('no gap in service is known\n');
  });

  it('is a sample of what was refused, with the reason and the masked beginning', () => {
    const sample = { atMs: AT, source: 'hmac', sourceId: 's-1', reason: 'mismatch', maskedStart: '{"xx":0' };
    const stranger = { ...sample, source: null, sourceId: null, reason: 'unknownSource', maskedStart: '' };
    expect(refusalsText([sample, stranger])).toMatch(/^2026-09-01 12:00:00Z +mismatch +hmac +s-1 +{"xx":0$/m);
    expect(refusalsText([sample, stranger])).toMatch(/ +unknownSource +none$/m);
    expect(refusalsText([])).toBe('nothing was refused\n');
  });

  it('is a grade with its components, or that there is none', () => {
    const components = [
      { component: 'errorBudget', value: 0.0123, grade: 'B', weight: 0.6 },
      { component: 'ackP99', value: null, grade: 'F', weight: 0.4 },
    ];
    const text = gradeText({ state: 'graded', grade: 'D', points: 1, components });
    expect(text).toMatch(/^D \(1\.00 of 4\)$/m);
    expect(text).toMatch(/^B +answers not 2xx, 3 days +1\.23 % +60 %$/m);
    expect(text).toMatch(/^F +ack, 99th percentile +beyond measure +40 %$/m);
    expect(gradeText({ state: 'noTraffic' })).toBe('no grade: nothing came in\n');
  });

  it('is an alert with the ids it names', () => {
    const alert = {
      kind: 'ledgerImbalance',
      tenantId: 'maple',
      openedAtMs: AT,
      closedAtMs: null,
      summary: '2 are missing',
    };
    expect(alertsText([{ ...alert, context: { eventIds: ['a', 'b'] } }])).toMatch(
      /2 are missing\n\nnot accounted for:\nmaple: a b\n$/,
    );
    expect(alertsText([])).toBe('no alerts\n');
  });

  it('is types and fields, and how many were only estimated', () => {
    const field = {
      path: 'email',
      kinds: { string: 2, null: 1 },
      count: 3,
      firstSeenAtMs: AT,
      example: 'x@x',
      vanishedAtMs: AT,
    };
    const type = {
      sourceId: 'ghl',
      type: 'ContactCreate',
      firstSeenAtMs: AT,
      lastSeenAtMs: AT,
      seen: 70,
      lookedAt: 51,
      fields: [field],
    };
    expect(typesText([type])).toMatch(/ghl +ContactCreate +about 70 +51 +1 /);
    expect(fieldsText(type)).toMatch(/^email +string, null +3 .* x@x +gone since 2026-09-01 12:00:00Z$/m);
  });

  it('is duplicates by minute and by event', () => {
    const text = duplicatesText({
      minutes: [{ minuteMs: AT, hot: 3, exact: 1 }],
      events: [{ eventId: 'e1', firstSeenAtMs: AT, lastSeenAtMs: AT + 5_000, copies: 4 }],
    });
    expect(text).toMatch(/12:00:00Z +3 +1$/m);
    expect(text).toMatch(/12:00:00Z +2026-09-01 12:00:05Z +4 +e1$/m);
  });
});

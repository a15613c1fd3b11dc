import { describe, expect, it } from '@jest/globals';
import type { ReplayJob } from './replay-job.ts';
import { counted, jobsText, jobText, progressText, reachText } from './replay-texts.ts';

const AT = Date.parse('2026-09-01T12:00:00Z');

const JOB: ReplayJob = {
  id: '7',
  tenantId: '*',
  kind: 'dead',
  filter: { reason: 'notStorable' },
  state: 'running',
  ratePerS: 50,
  total: 400,
  sent: 100,
  leads: 12,
  requestedBy: 'operator',
  reason: 'constraint is gone',
  failure: null,
  createdAtMs: AT,
  updatedAtMs: AT,
  finishedAtMs: null,
};

describe('a replay', () => {
  it.each([
    [{ matched: 3, events: 2, leads: 1, more: false }, '3 letters: 2 events of 1 lead'],
    [{ matched: 9, events: 9, leads: 0, more: true }, 'at least 9 letters: 9 events of 0 leads'],
    [{ matched: 0, events: 0, leads: 0, more: false }, 'no letters match'],
  ])('touches %j', (reach, text) => expect(reachText(reach, 'letters')).toBe(text));

  it('says how far it is', () => {
    expect(progressText(JOB)).toBe('replay 7: 100 of 400 sent (25 %), running, about 6 s left');
    expect(progressText({ ...JOB, state: 'done', sent: 400 })).toBe('replay 7: 400 of 400 sent (100 %), done');
    expect(progressText({ ...JOB, state: 'done', sent: 0, total: 0 })).toContain('(100 %)');
  });

  it('is shown, and listed', () => {
    expect(jobText({ ...JOB, state: 'failed', failure: 'TypeError' })).toMatch(/^failure +TypeError$/m);
    expect(jobText(JOB)).toMatch(/^which +\{"reason":"notStorable"\}$/m);
    expect(jobsText([JOB])).toMatch(/^7 .* running +dead letters +all +100 +400 +12 +operator +constraint is gone$/m);
    expect(jobsText([])).toBe('nothing was ever sent again\n');
  });
});

it.each([
  [1, 'deliveries', '1 delivery'],
  [2, 'deliveries', '2 deliveries'],
  [1, 'leads', '1 lead'],
  [0, 'events', '0 events'],
])('%d %s', (count, nouns, text) => expect(counted(count, nouns)).toBe(text));

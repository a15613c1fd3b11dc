import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { type Answer, type AnswerRule, ANSWERS, answerTo, discreet, type Outcome, type Refusal } from './answers.ts';

const rules = Object.entries<AnswerRule>(ANSWERS);

describe('the table of answers', () => {
  it('is the one in the documentation, row by row', () => {
    const page = readFileSync(new URL('../../../docs/answers.md', import.meta.url), 'utf8');
    const cells = page
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .map((line) => line.split('|').map((cell) => cell.trim()));
    expect(cells.map(([, outcome, status, retryAfter, , sender]) => [outcome, status, retryAfter, sender])).toEqual(
      rules.map(([outcome, { status, retryAfter, sender }]) => [
        `\`${outcome}\``,
        `${status}`,
        retryAfter ? `${retryAfter[0]} to ${retryAfter[1]} s` : '–',
        sender,
      ]),
    );
  });

  it('says when to come again wherever it asks for that, and only there', () => {
    for (const [outcome, { status, retryAfter }] of rules) {
      expect([outcome, retryAfter !== undefined]).toEqual([outcome, status === 429]);
    }
  });
});

describe('answerTo', () => {
  it.each<[string, Answer]>([
    ['accepted', { status: 200, body: { accepted: true, eventId: 'e-1' } }],
    ['slowed', { status: 200, body: { accepted: true, eventId: 'e-1' } }],
  ])('names the event that was %s', (outcome, answer) => {
    expect(answerTo({ outcome: outcome as 'accepted' | 'slowed', eventIds: ['e-1'] })).toEqual(answer);
  });

  it('names all events of a request that carried several', () => {
    const { body } = answerTo({ outcome: 'accepted', eventIds: ['e-1', 'e-2'] });
    expect(body).toEqual({ accepted: true, eventIds: ['e-1', 'e-2'] });
  });

  it('says when the first copy of a duplicate was seen', () => {
    expect(answerTo({ outcome: 'duplicate', eventIds: ['e-1'], firstSeenAtMs: 0 })).toEqual({
      status: 200,
      body: { accepted: true, duplicate: true, eventId: 'e-1', firstSeenAt: '1970-01-01T00:00:00.000Z' },
    });
  });

  it.each(rules.filter(([, { status }]) => status >= 300))('gives code and message of %s', (outcome, rule) => {
    const answer = answerTo({ outcome: outcome as Exclude<Outcome, 'accepted' | 'slowed' | 'duplicate'> });
    expect(answer).toMatchObject({ status: rule.status, body: { error: { code: outcome, message: rule.message } } });
  });

  it.each([
    [0, 2],
    [0.5, 9],
    [0.999, 15],
  ])('spreads retries: %d gives %d s', (random, seconds) => {
    expect(answerTo({ outcome: 'overloaded' }, () => random).retryAfterSeconds).toBe(seconds);
  });
});

describe('discreet', () => {
  const refusals = rules.filter(([, { status }]) => status >= 300).map(([outcome]) => outcome as Refusal);

  it("makes every 401 look alike: whether there is such a source, and what was wrong, is nobody's business", () => {
    const unauthorised = refusals.filter((outcome) => ANSWERS[outcome].status === 401);
    expect(unauthorised).toContain('unknownSource');
    const texts = unauthorised.map((outcome) => JSON.stringify(discreet(answerTo({ outcome }))));
    expect(new Set(texts).size).toBe(1);
    for (const outcome of unauthorised) expect(texts[0]).not.toContain(outcome);
  });

  it('leaves the other answers as they are', () => {
    for (const outcome of refusals.filter((each) => ANSWERS[each].status !== 401)) {
      const answer = answerTo({ outcome }, () => 0);
      expect(discreet(answer)).toEqual(answer);
    }
    const stored = answerTo({ outcome: 'accepted', eventIds: ['e-1'] });
    expect(discreet(stored)).toEqual(stored);
  });
});

import { gradeAll } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import { badGrade } from './bad-grade.ts';

const good = { ackP99: 1, pushP99: 1, errorBudget: 0, lag: 0, deadLetters: 0 };

describe('a bad grade', () => {
  it('says what is bad', () => {
    expect(badGrade(gradeAll({ ...good, errorBudget: 0.2 }, true))).toEqual([
      expect.objectContaining({ subject: 'overall', summary: 'the grade is F: errorBudget F' }),
    ]);
  });

  it('is also one that a single component has pulled down', () => {
    expect(badGrade(gradeAll({ ...good, lag: 1e6 }, true))).toEqual([
      expect.objectContaining({ summary: 'the grade is D: lag F' }),
    ]);
  });

  it.each([
    ['all is well', gradeAll(good, true)],
    ['it could be better', gradeAll({ ...good, lag: 300_000 }, true)],
    ['nothing comes in', gradeAll({ ...good, errorBudget: 0.5 }, false)],
  ])('is none when %s', (_, grading) => expect(badGrade(grading)).toEqual([]));
});

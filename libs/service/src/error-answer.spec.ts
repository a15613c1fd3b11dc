import { describe, expect, it } from '@jest/globals';
import { BadRequestException, HttpException, NotFoundException } from '@nestjs/common';
import { codeOf, errorAnswer } from './error-answer.ts';

describe('errorAnswer', () => {
  it.each([
    [new NotFoundException('no such lead'), { status: 404, code: 'notFound', message: 'no such lead' }],
    [
      new BadRequestException('limit must be 1 to 500'),
      { status: 400, code: 'badRequest', message: 'limit must be 1 to 500' },
    ],
    [
      new HttpException({ error: { code: 'signatureMismatch', message: 'signed with another key' } }, 401),
      { status: 401, code: 'signatureMismatch', message: 'signed with another key' },
    ],
    [
      Object.assign(new Error('postgres at db:5432 is down'), { retryable: true }),
      { status: 503, code: 'unavailable', message: 'a dependency is unavailable, try again', retryAfter: 1 },
    ],
    [new Error('duplicate key (email)=(a@b.c)'), { status: 500, code: 'internal', message: 'unexpected error' }],
    ['thrown text', { status: 500, code: 'internal', message: 'unexpected error' }],
    [undefined, { status: 500, code: 'internal', message: 'unexpected error' }],
  ])('%s', (error, answer) => {
    expect(errorAnswer(error)).toEqual(answer);
  });
});

describe('codeOf', () => {
  it.each([
    [413, 'payloadTooLarge'],
    [415, 'unsupportedMediaType'],
    [418, 'imATeapot'],
    [599, 'error'],
  ])('%i is %s', (status, code) => {
    expect(codeOf(status)).toBe(code);
  });
});

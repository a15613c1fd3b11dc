import { BadRequestException } from '@nestjs/common';
import { z } from 'zod';

/** Body of every error answer. */
export const errorBody = z.object({ error: z.object({ code: z.string(), message: z.string() }) });

/** What a Nest HTTP exception is made with, so that clients get a code of ours. */
export function problem(code: string, message: string): z.infer<typeof errorBody> {
  return { error: { code, message } };
}

interface Issue {
  readonly message: string;
  readonly path?: readonly unknown[] | undefined;
}

/** For input that does not match its schema: names each field, quotes none. */
export function invalidInput(issues: readonly Issue[]): BadRequestException {
  const described = issues.map(({ message, path }) => [path?.join('.'), message].filter(Boolean).join(': '));
  return new BadRequestException(problem('invalidInput', described.join('; ')));
}

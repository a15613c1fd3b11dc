import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';

/** How an error is told to a client: `status`, and `{ error: { code, message } }` as the body. */
export interface ErrorAnswer {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  /** Seconds after which the same request may succeed. */
  readonly retryAfter?: number;
}

/**
 * Only errors meant for clients are quoted. Others tell the caller no more than whether trying again may help: their
 * text may name hosts, queries or people.
 */
export function errorAnswer(error: unknown): ErrorAnswer {
  if (error instanceof HttpException) return httpAnswer(error.getStatus(), error.getResponse(), error.message);
  if (error instanceof Error && 'retryable' in error && error.retryable === true) {
    return { status: 503, code: 'unavailable', message: 'a dependency is unavailable, try again', retryAfter: 1 };
  }
  return { status: 500, code: 'internal', message: 'unexpected error' };
}

/** For a status Fastify or Nest chose: 413 reads `payloadTooLarge`. */
export function codeOf(status: number): string {
  const words = (STATUS_CODES[status] ?? 'error').replaceAll(/[^A-Za-z ]/g, '').split(' ');
  return words
    .map((word, at) => (at === 0 ? word.toLowerCase() : word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase()))
    .join('');
}

function httpAnswer(status: number, body: unknown, message: string): ErrorAnswer {
  if (typeof body === 'object' && body !== null && 'error' in body) {
    const { error } = body;
    if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) {
      return { status, code: String(error.code), message: String(error.message) };
    }
  }
  return { status, code: codeOf(status), message };
}

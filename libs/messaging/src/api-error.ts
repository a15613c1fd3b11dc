import { JetStreamApiError } from '@nats-io/jetstream';

/** Whether the broker answered with the error of that number. */
export function isApiError(error: unknown, code: number): boolean {
  return error instanceof JetStreamApiError && error.code === code;
}

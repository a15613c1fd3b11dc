/** Injects the service's connection to NATS. */
export const NATS_CONNECTION = Symbol('NATS_CONNECTION');
/** Injects the `Inbox`. */
export const INBOX_WRITER = Symbol('INBOX_WRITER');

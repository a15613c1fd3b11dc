/** Injects the `Inbox`. */
export const INBOX_WRITER = Symbol('INBOX_WRITER');

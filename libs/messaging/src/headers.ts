import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** W3C trace context travels under its own name. */
const TRACEPARENT = 'traceparent';

/** The broker stores a second message of the same id within two minutes only once. */
const MESSAGE_ID = 'Nats-Msg-Id';

/** Epoch ms at which the gateway had the oldest webhook that a message goes back to. */
const RECEIVED_AT = 'Hub-Received-At';

// A header value ends at a line break, and a reason is to be read by people.
const MAX_VALUE_LENGTH = 500;

export function traceparentOf(found: MsgHdrs | undefined): string | null {
  const value = found?.get(TRACEPARENT) ?? '';
  return value === '' ? null : value;
}

/** What travels beside a payload. */
export interface MessageAbout {
  readonly traceparent?: string | undefined;
  readonly receivedAtMs?: number | undefined;
  readonly messageId?: string | undefined;
}

export function aboutHeaders({ traceparent, receivedAtMs, messageId }: MessageAbout): MsgHdrs {
  return headersOf({
    [TRACEPARENT]: traceparent,
    [RECEIVED_AT]: receivedAtMs?.toString(),
    [MESSAGE_ID]: messageId,
  });
}

/** null for a message that goes back to no webhook. */
export function receivedAtMsOf(found: MsgHdrs | undefined): number | null {
  const value = found?.get(RECEIVED_AT) ?? '';
  return /^\d{1,16}$/.test(value) ? Number(value) : null;
}

/** Headers of a message; values are cut to one line of 500 characters. */
export function headersOf(values: Readonly<Record<string, string | null | undefined>>): MsgHdrs {
  const result = headers();
  for (const [name, value] of Object.entries(values)) {
    if (value) result.set(name, oneLine(value));
  }
  return result;
}

export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ').slice(0, MAX_VALUE_LENGTH);
}

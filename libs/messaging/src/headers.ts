import { headers, type MsgHdrs } from '@nats-io/transport-node';

/** W3C trace context travels under its own name. */
const TRACEPARENT = 'traceparent';

// A header value ends at a line break, and a reason is to be read by people.
const MAX_VALUE_LENGTH = 500;

export function traceparentOf(found: MsgHdrs | undefined): string | null {
  const value = found?.get(TRACEPARENT) ?? '';
  return value === '' ? null : value;
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

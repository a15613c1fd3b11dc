import { type Answer, answerTo, type Refusal } from '../answers.ts';
import { STATUS_CODES } from 'node:http';

/**
 * What it comes to when Node cannot read a request.
 * @param code Of the error that Node gives.
 * @returns null where nobody is there any more to be answered.
 */
export function refusalOf(code: string | undefined): Refusal | null {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return 'slowClient';
    case 'HPE_HEADER_OVERFLOW':
      return 'headersTooLarge';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return 'bodyTooLarge';
    // The end of a connection in the middle of a request: the sender gave up.
    case 'HPE_INVALID_EOF_STATE':
      return null;
    default:
      return code?.startsWith('HPE_') === true ? 'badRequest' : null;
  }
}

/** The whole answer to a request that could not be read, as it is written to the socket. */
export function writtenAnswer(outcome: Refusal): string {
  const { status, headers, text } = closingAnswer(outcome);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('')}\r\n${text}`;
}

/** The answer to a request, after which its connection is of no more use. */
export function closingAnswer(outcome: Refusal) {
  const { status, body }: Answer = answerTo({ outcome });
  const text = JSON.stringify(body);
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(Buffer.byteLength(text)),
    connection: 'close',
  };
  return { status, headers, text };
}

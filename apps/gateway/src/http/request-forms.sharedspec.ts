/** A request in a form that two parsers may read differently, and what is answered to it. */
export interface RequestForm {
  readonly form: string;
  readonly status: number;
  readonly text: (request: Outer) => string;
}

/** What a request would be if nothing were wrong with its form. */
export interface Outer {
  readonly path: string;
  /** Beside `Host` and those that say how long the body is. */
  readonly headers: readonly string[];
  readonly body: string;
}

interface Shape {
  readonly line?: string;
  readonly host?: readonly string[];
  readonly framing: readonly string[];
  readonly payload: string;
}

const CRLF = '\r\n';
const HOST = ['Host: hub.example'];

function written(
  { path, headers }: Outer,
  { line = `POST ${path} HTTP/1.1`, host = HOST, framing, payload }: Shape,
): string {
  return [line, ...host, ...headers, ...framing, '', payload].join(CRLF);
}

/** The request as it should be. */
export function sized(outer: Outer): string {
  return written(outer, { framing: [`Content-Length: ${outer.body.length}`], payload: outer.body });
}

function chunk(text: string, extension = ''): string {
  return `${text.length.toString(16)}${extension}${CRLF}${text}${CRLF}`;
}

const LAST = `0${CRLF}${CRLF}`;

/** Whether a request has that length, by its header alone. */
const lengths = (form: string, framing: (length: number) => readonly string[], status = 400): RequestForm => ({
  form,
  status,
  text: (outer) => written(outer, { framing: framing(outer.body.length), payload: outer.body }),
});

const encodings = (form: string, framing: readonly string[], status = 400): RequestForm => ({
  form,
  status,
  text: (outer) => written(outer, { framing, payload: chunk(outer.body) + LAST }),
});

const chunks = (form: string, payload: (body: string) => string, status = 400): RequestForm => ({
  form,
  status,
  text: (outer) => written(outer, { framing: ['Transfer-Encoding: chunked'], payload: payload(outer.body) }),
});

const heads = (
  form: string,
  shape: (outer: Outer) => Omit<Shape, 'framing' | 'payload'>,
  status = 400,
): RequestForm => ({
  form,
  status,
  text: (outer) =>
    written(outer, { framing: [`Content-Length: ${outer.body.length}`], payload: outer.body, ...shape(outer) }),
});

const header = (form: string, line: string, status = 400): RequestForm =>
  lengths(form, (length) => [line, `Content-Length: ${length}`], status);

/** After each of them nothing more is taken from the connection. */
export const REFUSED_FORMS: readonly RequestForm[] = [
  lengths('a length, and chunks', (length) => [`Content-Length: ${length}`, 'Transfer-Encoding: chunked']),
  encodings('chunks, and a length', ['Transfer-Encoding: chunked', 'Content-Length: 4']),
  lengths('two lengths', (length) => [`Content-Length: ${length}`, `Content-Length: ${length + 1}`]),
  lengths('one length twice', (length) => [`Content-Length: ${length}`, `Content-Length: ${length}`]),
  lengths('a list of lengths', (length) => [`Content-Length: ${length}, ${length}`]),
  lengths('a length with a plus', (length) => [`Content-Length: +${length}`]),
  lengths('a length with a minus', (length) => [`Content-Length: -${length}`]),
  lengths('a length in hexadecimal', (length) => [`Content-Length: 0x${length.toString(16)}`]),
  lengths('a length with a space in it', (length) => [`Content-Length: ${length} ${length}`]),
  lengths('a length with a fraction', (length) => [`Content-Length: ${length}.0`]),
  lengths('an empty length', () => ['Content-Length:']),
  lengths('a length beyond all numbers', () => ['Content-Length: 99999999999999999999']),
  lengths('a space before the colon of the length', (length) => [`Content-Length : ${length}`]),
  lengths('a tab before the colon of the length', (length) => [`Content-Length\t: ${length}`]),
  encodings('an encoding after chunked', ['Transfer-Encoding: chunked, identity']),
  encodings('an encoding before chunked', ['Transfer-Encoding: identity, chunked']),
  encodings('a compression before chunked', ['Transfer-Encoding: gzip, chunked']),
  encodings('an encoding that is nearly chunked', ['Transfer-Encoding: xchunked']),
  encodings('chunked in quotes', ['Transfer-Encoding: "chunked"']),
  encodings('chunked with a parameter', ['Transfer-Encoding: chunked;a=b']),
  encodings('a comma before chunked', ['Transfer-Encoding: ,chunked']),
  encodings('identity', ['Transfer-Encoding: identity']),
  encodings('chunked twice', ['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked']),
  encodings('chunked and identity', ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity']),
  encodings('identity and chunked', ['Transfer-Encoding: identity', 'Transfer-Encoding: chunked']),
  encodings('a vertical tab before chunked', ['Transfer-Encoding: \u000Bchunked']),
  encodings('an empty encoding', ['Transfer-Encoding:']),
  encodings('a space before the colon of the encoding', ['Transfer-Encoding : chunked']),
  encodings('chunked on a line of its own', ['Transfer-Encoding:', ' chunked']),
  header('a header that goes on in the next line', `X-A: b${CRLF} c`),
  header('a line that ends with LF alone', 'X-A: b\nX-B: c'),
  header('a CR within a line', 'X-A: b\rX-B: c'),
  header('a NUL in a value', 'X-A: b\0c'),
  header('a NUL in a name', 'X-A\0: b'),
  header('a control character in a value', 'X-A: b\u0001c'),
  header('a line without a colon', 'X-A'),
  header('a header without a name', ': b'),
  header('more headers than anyone sends', Array.from({ length: 120 }, (_, at) => `X-${at}: a`).join(CRLF), 431),
  header('larger headers than anyone sends', `X-A: ${'a'.repeat(20_000)}`, 431),
  header('an expectation that nobody knows', 'Expect: a-miracle'),
  chunks('a negative size of a chunk', (body) => `-1${CRLF}${body}${CRLF}${LAST}`),
  chunks('a size of a chunk with a plus', (body) => `+${chunk(body)}${LAST}`),
  chunks('a size of a chunk with a prefix', (body) => `0x${chunk(body)}${LAST}`),
  chunks('a space after the size of a chunk', (body) => chunk(body, ' ') + LAST),
  chunks('a chunk without a size', (body) => CRLF + body + CRLF + LAST),
  chunks('a size of a chunk beyond all numbers', (body) => `1${'0'.repeat(15)}${chunk(body)}${LAST}`),
  chunks('a size of a chunk that ends with LF alone', (body) => `${body.length.toString(16)}\n${body}${CRLF}${LAST}`),
  chunks('a chunk that is longer than its size', (body) => `4${CRLF}${body}${CRLF}${LAST}`),
  chunks('an extension of a chunk with an LF in it', (body) => chunk(body, ';\na') + LAST),
  chunks('an extension of a chunk with a CR in it', (body) => chunk(body, ';\ra') + LAST),
  chunks('an extension of a chunk without end', (body) => chunk(body, `;${'a'.repeat(20_000)}`) + LAST, 413),
  chunks('a length among the trailers', (body) => `${chunk(body)}0${CRLF}Content-Length: 4${CRLF}${CRLF}`),
  chunks('an encoding among the trailers', (body) => `${chunk(body)}0${CRLF}Transfer-Encoding: chunked${CRLF}${CRLF}`),
  heads('two hosts', () => ({ host: ['Host: hub.example', 'Host: other.example'] })),
  heads('one host twice', () => ({ host: ['Host: hub.example', 'Host: hub.example'] })),
  heads('no host', () => ({ host: [] })),
  heads('two hosts in one', () => ({ host: ['Host: hub.example, other.example'] })),
  heads('a host with a user', () => ({ host: ['Host: hub.example@other.example'] })),
  heads('a URL with a host', ({ path }) => ({ line: `POST http://other.example${path} HTTP/1.1` })),
  heads('the URL of a tunnel', () => ({ line: 'POST hub.example:80 HTTP/1.1' })),
  heads('a tunnel', () => ({ line: 'CONNECT hub.example:80 HTTP/1.1' })),
  heads('an asterisk for a URL', () => ({ line: 'POST * HTTP/1.1' })),
  heads('a URL with a fragment', ({ path }) => ({ line: `POST ${path}#a HTTP/1.1` })),
  heads('a NUL in the URL', ({ path }) => ({ line: `POST ${path}\0 HTTP/1.1` })),
  heads('a tab in the request line', ({ path }) => ({ line: `POST\t${path} HTTP/1.1` })),
  heads('a request line that ends with LF alone', ({ path }) => ({ line: `POST ${path} HTTP/1.1\nX-A: b` })),
  heads('a version in small letters', ({ path }) => ({ line: `POST ${path} http/1.1` })),
  heads('a version that there is not', ({ path }) => ({ line: `POST ${path} HTTP/1.2` })),
  heads('a space before the first header', () => ({ host: [' Host: hub.example'] })),
  heads('a method that there is not', ({ path }) => ({ line: `SMUGGLE ${path} HTTP/1.1` })),
  {
    ...encodings('chunks before there were any', ['Connection: keep-alive', 'Transfer-Encoding: chunked']),
    text: oldChunks,
  },
  { form: 'a request without headers', status: 400, text: ({ path }) => `GET ${path}${CRLF}${CRLF}` },
  { form: 'the beginning of HTTP/2', status: 400, text: () => `PRI * HTTP/2.0${CRLF}${CRLF}SM${CRLF}${CRLF}` },
];

function oldChunks(outer: Outer): string {
  const framing = ['Connection: keep-alive', 'Transfer-Encoding: chunked'];
  return written(outer, { line: `POST ${outer.path} HTTP/1.0`, framing, payload: chunk(outer.body) + LAST });
}

/** Unusual, but every parser reads them alike. */
export const TAKEN_FORMS: readonly RequestForm[] = [
  lengths('a length', (length) => [`Content-Length: ${length}`], 200),
  lengths('spaces around the length', (length) => [`Content-Length:  ${length}  `], 200),
  lengths('zeros before the length', (length) => [`Content-Length: 000${length}`], 200),
  encodings('chunks', ['Transfer-Encoding: chunked'], 200),
  encodings('a tab before chunked', ['Transfer-Encoding:\tchunked'], 200),
  encodings('chunked in capitals', ['TRANSFER-ENCODING: CHUNKED'], 200),
  chunks('many chunks', (body) => Array.from(body, (letter) => chunk(letter)).join('') + LAST, 200),
  chunks('a short extension of a chunk', (body) => chunk(body, ';a=b') + LAST, 200),
  chunks('a trailer', (body) => `${chunk(body)}0${CRLF}X-A: b${CRLF}${CRLF}`, 200),
  header('a header with underscores', 'Transfer_Encoding: chunked', 200),
  header('a connection that lists a header', 'Connection: Content-Length', 200),
  header('an expectation', 'Expect: 100-continue', 200),
];

/** How a request is not what it must be for two parsers to agree about it. */
export type ShapeProblem = 'oldVersion' | 'notOurUrl' | 'notOneHost' | 'notChunked' | 'tooManyHeaders';

export interface RequestHead {
  readonly httpVersionMajor: number;
  readonly httpVersionMinor: number;
  readonly url?: string | undefined;
  /** Names and values in turn, as they were sent. */
  readonly rawHeaders: readonly string[];
}

const MAX_HEADERS = 100;

/** Names, IPv4 and IPv6 addresses, with or without a port. */
const HOST = /^(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d{1,5})?$/;

/**
 * What Node's strict parser lets through, and a proxy in front of us may read otherwise (RFC 9112, sections 3.2, 6.1 and
 * 11.2): any `Transfer-Encoding` but the one everybody knows, or one from a time before it; no or several `Host`; a
 * URL that names a host of its own; versions without headers. Takes less than a microsecond.
 */
export function shapeProblem({
  httpVersionMajor,
  httpVersionMinor,
  url = '',
  rawHeaders,
}: RequestHead): ShapeProblem | null {
  if (httpVersionMajor !== 1) return 'oldVersion';
  if (!url.startsWith('/') || url.includes('#')) return 'notOurUrl';
  if (rawHeaders.length > 2 * MAX_HEADERS) return 'tooManyHeaders';
  let hosts = 0;
  let encodings = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = [rawHeaders[at], rawHeaders[at + 1]];
    if (isNamed(name, 'host')) {
      hosts += 1;
      if (!HOST.test(value)) return 'notOneHost';
    } else if (isNamed(name, 'transfer-encoding')) {
      encodings += 1;
      if (encodings > 1 || httpVersionMinor === 0 || value.toLowerCase() !== 'chunked') return 'notChunked';
    }
  }
  // Before version 1.1 there need not be one.
  return hosts === 1 || (hosts === 0 && httpVersionMinor === 0) ? null : 'notOneHost';
}

/** Lengths first: nearly all headers differ in it, and nothing is copied for them. */
function isNamed(name: string, wanted: string): boolean {
  return name.length === wanted.length && name.toLowerCase() === wanted;
}

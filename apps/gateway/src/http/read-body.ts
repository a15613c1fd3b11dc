import type { IncomingMessage } from 'node:http';
import type { LoadGuard } from './load-guard.ts';

/** `gone`: the sender ended the connection before its body was there. */
export type Body =
  | { readonly kind: 'whole'; readonly bytes: Buffer }
  | { readonly kind: 'tooLarge' | 'noRoom' | 'slow' | 'malformed' | 'gone' };

const EMPTY = Buffer.alloc(0);

export interface ReadingLimits {
  readonly maxBytes: number;
  /** Holds each byte as it comes, and those of a whole body until they are released. */
  readonly guard: Pick<LoadGuard, 'hold' | 'release' | 'isFull'>;
}

/** Reads a request's body as it was sent, unless it is too large or there is no room for it; tells once. */
export function readBody(
  request: IncomingMessage,
  { maxBytes, guard }: ReadingLimits,
  tell: (body: Body) => void,
): void {
  // An answer before the body saves the sender from sending it, and us from holding it.
  if (Number(request.headers['content-length']) > maxBytes) {
    tell({ kind: 'tooLarge' });
    return;
  }
  const chunks: Buffer[] = [];
  let bytes = 0;
  let isTold = false;
  const tellOnce = (body: Body): void => {
    if (isTold) return;
    isTold = true;
    if (body.kind !== 'whole') guard.release(bytes);
    tell(body);
  };
  request.on('data', (chunk: Buffer) => {
    // What still comes of a body that was given up is passed over.
    if (isTold) return;
    if (guard.isFull) {
      tellOnce({ kind: 'noRoom' });
      return;
    }
    bytes += chunk.length;
    guard.hold(chunk.length);
    if (bytes > maxBytes) tellOnce({ kind: 'tooLarge' });
    else chunks.push(chunk);
  });
  request.on('end', () => tellOnce({ kind: 'whole', bytes: joined(chunks, bytes) }));
  request.on('error', (error: { readonly statusCode?: number }) => tellOnce({ kind: troubleOf(error.statusCode) }));
  request.on('close', () => tellOnce({ kind: 'gone' }));
}

function joined(chunks: readonly Buffer[], bytes: number): Buffer {
  const [first = EMPTY] = chunks;
  return chunks.length < 2 ? first : Buffer.concat(chunks, bytes);
}

/** @param statusCode Of the answer that the server would give; left out where nobody is there to be answered. */
function troubleOf(statusCode: number | undefined): 'slow' | 'tooLarge' | 'malformed' | 'gone' {
  if (statusCode === 408) return 'slow';
  if (statusCode === 413) return 'tooLarge';
  return statusCode === undefined ? 'gone' : 'malformed';
}

/** What one attempt to deliver came to. */
export type Attempt =
  | { readonly kind: 'acked' }
  | { readonly kind: 'askedToWait' }
  | { readonly kind: 'refusedWhileDown' }
  /** Neither {2xx, 429} nor excused: `what` is the status, or how the connection broke. */
  | { readonly kind: 'outOfContract'; readonly what: string };

/**
 * The contract of a receiver of webhooks towards its sender: a valid one is answered 2xx or 429 and nothing else.
 * @param answer An HTTP status, or why there was none.
 * @param gatewayWasDown Asked only when there was none.
 */
export function judge(answer: number | Error, gatewayWasDown: () => boolean): Attempt {
  if (typeof answer === 'number') {
    if (answer >= 200 && answer < 300) return { kind: 'acked' };
    return answer === 429 ? { kind: 'askedToWait' } : { kind: 'outOfContract', what: `HTTP ${answer}` };
  }
  if (gatewayWasDown()) return { kind: 'refusedWhileDown' };
  return { kind: 'outOfContract', what: 'code' in answer ? String(answer.code) : answer.message };
}

/** Whether what was out of contract was a connection that was refused or broke, and not an answer or none in time. */
export function isBrokenConnection(what: string): boolean {
  return /^E[A-Z]+$/.test(what);
}

/** Rejects when the bench is told to stop, so that its servers are stopped too. */
export function stopped(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('stopped before its end')), { once: true });
  });
}

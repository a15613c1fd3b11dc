/** @param after Sequence up to which everything is known; null to begin with what comes next. */
export function streamUrl(realtimeUrl: string, tenantId: string, after: number | null): string {
  const url = new URL('stream', realtimeUrl.endsWith('/') ? realtimeUrl : `${realtimeUrl}/`);
  url.searchParams.set('tenant', tenantId);
  if (after !== null) url.searchParams.set('after', String(after));
  return url.href;
}

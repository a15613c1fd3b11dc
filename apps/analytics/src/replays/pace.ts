/** How long to wait after sending so many, which took `tookMs`, to stay within a rate per second. */
export function pauseAfter(sent: number, ratePerS: number, tookMs: number): number {
  return Math.max(0, (sent / ratePerS) * 1_000 - tookMs);
}

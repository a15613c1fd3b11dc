/** Rows rendered beyond each edge, so that a flick of the wheel meets rows and not emptiness. */
const OVERSCAN = 8;

/** The rows worth rendering, as a half-open range of indices. Sizes in px. */
export function visibleRange(
  scrollTop: number,
  viewportHeight: number,
  rowHeight: number,
  count: number,
): { readonly from: number; readonly to: number } {
  const first = Math.floor(scrollTop / rowHeight) - OVERSCAN;
  const last = Math.ceil((scrollTop + viewportHeight) / rowHeight) + OVERSCAN;
  const from = Math.min(Math.max(0, first), count);
  return { from, to: Math.max(from, Math.min(last, count)) };
}

/** Where to scroll so that a row is in view, moving no more than needed. */
export function scrollTopShowing(index: number, scrollTop: number, viewportHeight: number, rowHeight: number): number {
  const top = index * rowHeight;
  if (top < scrollTop) return top;
  const bottom = top + rowHeight;
  return bottom > scrollTop + viewportHeight ? bottom - viewportHeight : scrollTop;
}

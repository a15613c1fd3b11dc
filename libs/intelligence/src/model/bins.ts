/** The bin of a value: 0 when it is missing, else 1 + the number of edges that are not above it. */
export function binOf(edges: Float64Array, x: number): number {
  if (Number.isNaN(x)) return 0;
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x < (edges[middle] ?? 0)) high = middle;
    else low = middle + 1;
  }
  return low + 1;
}

export function binsOf(edges: { readonly length: number }): number {
  return edges.length + 2;
}

/** SQL that gives a column of type timestamptz as whole epoch ms. */
export function epochMs(column: string): string {
  return `round(extract(epoch FROM ${column}) * 1000)::float8`;
}

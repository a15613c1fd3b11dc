/** SQLSTATE, system code or HTTP status where an error bears one, else its class: never its text, which may quote anything. */
export function errorKind(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const code = 'code' in error ? error.code : undefined;
  return typeof code === 'string' || typeof code === 'number' ? String(code) : error.name;
}

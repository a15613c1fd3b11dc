export type Level = 'info' | 'warn' | 'error';

/** One line in the form of the services' logs. The logger itself would be most of what this process holds in memory. */
export function logLine(level: Level, message: string, facts: object = {}): void {
  const time = new Date().toISOString();
  process.stdout.write(`${JSON.stringify({ level, time, service: 'gateway', ...facts, msg: message })}\n`);
}

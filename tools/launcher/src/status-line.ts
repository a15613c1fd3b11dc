import type { StackStatus } from './stack-api.ts';

/** One line per service: name, state, port, pid, memory. */
export function statusLines(services: StackStatus['services']): string[] {
  const widest = Math.max(...services.map(({ name }) => name.length), 0);
  return services.map(({ name, state, port, pid, rssBytes }) => {
    const facts = [
      port === null ? '' : `port ${port}`,
      pid === null ? '' : `pid ${pid}`,
      rssBytes === null ? '' : `${Math.round(rssBytes / 2 ** 20)} MB`,
    ];
    return [name.padEnd(widest), state.padEnd(9), ...facts].filter((part) => part !== '').join('  ');
  });
}

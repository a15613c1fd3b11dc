import { describe, expect, it } from '@jest/globals';
import { createLogger, withoutPasswords } from './logger.ts';
import { NestLogger } from './nest-logger.ts';

function recorder(level?: string) {
  const lines: string[] = [];
  const logger = createLogger('gateway', level, { write: (line: string) => void lines.push(line) });
  return { logger, lines, entry: (at: number): unknown => JSON.parse(lines[at] ?? 'null') };
}

describe('createLogger', () => {
  it('writes one JSON line with service and level by name', () => {
    const { logger, entry } = recorder();
    logger.info({ port: 4001 }, 'listening');
    expect(entry(0)).toMatchObject({ level: 'info', service: 'gateway', port: 4001, msg: 'listening' });
  });

  it.each(['authorization', 'cookie', 'set-cookie', 'x-ghl-signature', 'x-wh-signature'])(
    'hides %s at the top, in headers and in a request',
    (name) => {
      const { logger, lines } = recorder();
      logger.info({ [name]: 'hunter2' });
      logger.info({ headers: { [name]: 'hunter2', host: 'localhost' } });
      logger.info({ req: { headers: { [name]: 'hunter2' } } });
      expect(lines).toHaveLength(3);
      expect(lines.join('')).not.toContain('hunter2');
      expect(lines[1]).toContain('localhost');
    },
  );

  it('hides passwords of URLs inside errors', () => {
    const { logger, lines } = recorder();
    logger.error(new Error('cannot reach postgres://hub:hunter2@db:5432/hub'));
    expect(lines[0]).toContain('postgres://hub:***@db:5432/hub');
    expect(lines.join('')).not.toContain('hunter2');
  });
});

describe('withoutPasswords', () => {
  it.each([
    ['redis://:pw@host:6379', 'redis://:***@host:6379'],
    ['nats://a:p@ss@host', 'nats://a:***@host'],
    ['http://localhost:4000/a@b', 'http://localhost:4000/a@b'],
    ['no url: here@all', 'no url: here@all'],
  ])('%s -> %s', (text, safe) => {
    expect(withoutPasswords(text)).toBe(safe);
  });
});

describe('NestLogger', () => {
  it("keeps Nest's own start-up chatter below info, and its context", () => {
    const { logger, lines, entry } = recorder('debug');
    new NestLogger(logger).log('Mapped {/health} route', 'RouterExplorer');
    expect(lines).toHaveLength(1);
    expect(entry(0)).toMatchObject({ level: 'debug', context: 'RouterExplorer', msg: 'Mapped {/health} route' });
  });

  it('reports an error with its stack', () => {
    const { logger, entry } = recorder();
    new NestLogger(logger).error('boom', 'Error: boom\n    at here', 'ExceptionsHandler');
    new NestLogger(logger).error(new TypeError('bad'), 'ExceptionsHandler');
    expect(entry(0)).toMatchObject({ level: 'error', msg: 'boom', stack: 'Error: boom\n    at here' });
    expect(entry(1)).toMatchObject({
      level: 'error',
      msg: 'bad',
      context: 'ExceptionsHandler',
      err: { type: 'TypeError' },
    });
  });
});

import type { LoggerService } from '@nestjs/common';
import type { Logger } from './logger.ts';

/** Injects a service's pino logger. */
export const LOGGER = Symbol('LOGGER');

/**
 * Nest's own messages as our log lines. What Nest calls `log` tells of every route and module
 * at start and is written at debug; services say what matters through their own logger.
 */
export class NestLogger implements LoggerService {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  log(message: unknown, ...rest: unknown[]): void {
    this.#write('debug', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.#write('trace', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.#write('warn', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.#write('error', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.#write('fatal', message, rest);
  }

  // Nest calls with (message, context) or, for errors, (message, stack, context).
  #write(level: 'trace' | 'debug' | 'warn' | 'error' | 'fatal', message: unknown, rest: unknown[]): void {
    const context = rest.at(-1);
    const stack = rest.length > 1 ? rest.at(-2) : undefined;
    if (message instanceof Error) this.#logger[level]({ err: message, context }, message.message);
    else if (typeof message === 'string') this.#logger[level]({ context, stack }, message);
    else this.#logger[level]({ context, stack, detail: message });
  }
}

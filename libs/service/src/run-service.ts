import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { DynamicModule, Type } from '@nestjs/common';
import { createLogger, createRegistry, type Logger, NestLogger, startTracing } from '@hub/telemetry';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyReply, FastifyServerOptions } from 'fastify';
import type { z } from 'zod';
import { ConfigError, type HttpConfig, loadConfig } from './config.ts';
import { codeOf } from './error-answer.ts';
import { ErrorFilter, sendError } from './error.filter.ts';
import { globalsModule } from './globals.ts';
import { measureRequests } from './http-metrics.ts';
import { endSilentConnections } from './silent-connections.ts';
import { type StopSignal, stopOnSignals } from './stop-on-signals.ts';
import { tracingSettings } from './tracing-config.ts';

export interface ServiceDefinition<C extends HttpConfig> {
  readonly name: string;
  readonly schema: z.ZodType<C>;
  readonly env?: NodeJS.ProcessEnv;
  readonly module: (config: C) => Type | DynamicModule;
  /** Microservice transports to start, made once all providers exist. */
  readonly strategies?: (
    app: NestFastifyApplication,
    config: C,
  ) => MicroserviceOptions[] | Promise<MicroserviceOptions[]>;
  readonly fastify?: FastifyServerOptions;
  /** false: register no JSON and form parsers, for a service that reads raw bytes. */
  readonly bodyParser?: boolean;
  /** Last touches to the application, before its routes are registered. */
  readonly configure?: (app: NestFastifyApplication, config: C) => void | Promise<void>;
  /** When everything else has started: the port is opened only after it resolves. */
  readonly beforeListen?: (app: NestFastifyApplication, config: C) => Promise<void>;
}

/** Connections that the kernel holds ready while the process is busy: beyond it they are dropped. Linux has at most `somaxconn`. */
const BACKLOG = 4_096;

class ServiceModule {}

/**
 * Starts a service: settings, providers, HTTP routes, microservice transports, then the port.
 * `close()` undoes it in reverse: HTTP first, then transports, then each provider's `onApplicationShutdown`.
 * @throws ConfigError, or what kept a provider, a transport or the port from starting.
 */
export async function startService<C extends HttpConfig>(
  definition: ServiceDefinition<C>,
): Promise<NestFastifyApplication> {
  const config = loadConfig(definition.name, definition.schema, definition.env ?? process.env);
  return startWith(definition, config, createLogger(definition.name, config.LOG_LEVEL));
}

/** A service in a process of its own. */
export interface RunningService {
  readonly app: NestFastifyApplication;
  /** Closes the application and ends the process, as a signal does. */
  stop(why: string): Promise<void>;
}

/**
 * `startService` for a process of its own: stops on SIGTERM and SIGINT with exit code 0, and exits with 78 (EX_CONFIG)
 * on wrong settings and 1 when anything else keeps it from starting or escapes its handlers.
 * @param signals Those that stop it, where not both do.
 */
export async function runService<C extends HttpConfig>(
  definition: ServiceDefinition<C>,
  signals?: readonly StopSignal[],
): Promise<RunningService> {
  const config = configOrExit(definition);
  const logger = createLogger(definition.name, config.LOG_LEVEL);
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'crashed');
    process.exit(1);
  });
  try {
    const app = await startWith(definition, config, logger);
    return { app, stop: stopOnSignals(app, logger, signals) };
  } catch (err) {
    logger.fatal({ err }, 'cannot start');
    return process.exit(1);
  }
}

function configOrExit<C extends HttpConfig>({ name, schema, env = process.env }: ServiceDefinition<C>): C {
  try {
    return loadConfig(name, schema, env);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return process.exit(78);
  }
}

async function startWith<C extends HttpConfig>(
  definition: ServiceDefinition<C>,
  config: C,
  logger: Logger,
): Promise<NestFastifyApplication> {
  const registry = createRegistry(definition.name);
  const tracing = await startTracing({
    service: definition.name,
    settings: tracingSettings(config),
    logger,
    registry,
  });
  const app = await NestFactory.create<NestFastifyApplication>(
    { module: ServiceModule, imports: [globalsModule(logger, registry, tracing), definition.module(config)] },
    new FastifyAdapter({ frameworkErrors: answerMalformed, ...definition.fastify }),
    { logger: new NestLogger(logger), abortOnError: false, bodyParser: definition.bodyParser ?? true },
  );
  try {
    measureRequests(app.getHttpAdapter().getInstance(), registry);
    endSilentConnections(app.getHttpAdapter().getInstance());
    app.useGlobalFilters(new ErrorFilter(logger));
    await definition.configure?.(app, config);
    await app.init();
    for (const strategy of (await definition.strategies?.(app, config)) ?? []) app.connectMicroservice(strategy);
    await app.startAllMicroservices();
    await definition.beforeListen?.(app, config);
    await app.listen({ port: config.PORT, host: config.HOST, backlog: BACKLOG });
  } catch (error) {
    await app.close().catch((err: unknown) => logger.warn({ err }, 'could not undo a failed start'));
    throw error;
  }
  logger.info({ host: config.HOST, port: portOf(app) }, 'listening');
  return app;
}

function portOf(app: NestFastifyApplication): number {
  return (app.getHttpServer().address() as AddressInfo).port;
}

// What Fastify refuses before any route, like a URL that does not decode.
const answerMalformed = (error: { readonly statusCode?: number }, _request: unknown, reply: FastifyReply): void => {
  const status = error.statusCode ?? 400;
  sendError(reply, { status, code: codeOf(status), message: 'malformed request' });
};

import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Body, Controller, type DynamicModule, Get, Inject, Injectable, Post } from '@nestjs/common';
import { LOGGER, type HealthCheck, type Logger, Registry } from '@hub/telemetry';
import { type CustomTransportStrategy, Server } from '@nestjs/microservices';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { z } from 'zod';
import { ConfigError, httpConfig } from './config.ts';
import { HealthModule } from './health.module.ts';
import { type ServiceDefinition, startService } from './run-service.ts';

const order: string[] = [];

@Injectable()
class Store {
  constructor(
    @Inject(LOGGER) readonly logger: Logger,
    readonly registry: Registry,
  ) {}

  onApplicationShutdown(): void {
    order.push('store closed');
  }
}

@Controller()
class EchoController {
  constructor(private readonly store: Store) {}

  @Get('fail')
  fail(): never {
    throw new Error(`secret of ${this.store.logger.level}`);
  }

  @Post('echo')
  echo(@Body() body: unknown): unknown {
    return body;
  }
}

class Transport extends Server implements CustomTransportStrategy {
  listen(done: () => void): void {
    order.push('transport started');
    done();
  }
  close(): void {
    order.push('transport closed');
  }
  on(): void {}
  unwrap(): never {
    throw new Error('wraps nothing');
  }
}

let redis: HealthCheck['check'] = async () => undefined;
const definition: ServiceDefinition<z.infer<typeof schema>> = {
  name: 'echo',
  schema: z.object({ ...httpConfig, GREETING: z.string() }),
  env: { PORT: '0', LOG_LEVEL: 'silent', GREETING: 'hi' },
  module: () => moduleOf(),
  strategies: () => [{ strategy: new Transport() }],
  fastify: { bodyLimit: 100 },
};
const schema = z.object({ ...httpConfig, GREETING: z.string() });

function moduleOf(): DynamicModule {
  const health = HealthModule.forRoot({
    inject: [Registry],
    useFactory: (_registry: Registry) => [{ name: 'redis', check: () => redis() }],
  });
  return { module: class {}, imports: [health], controllers: [EchoController], providers: [Store] };
}

let running: NestFastifyApplication | undefined;

async function start(
  more: Partial<typeof definition> = {},
): Promise<(path: string, init?: RequestInit) => Promise<Response>> {
  running = await startService({ ...definition, ...more });
  const base = (await running.getUrl()).replace('[::1]', '127.0.0.1');
  return (path, init) => fetch(base + path, init);
}

afterEach(async () => {
  await running?.close();
  running = undefined;
  order.length = 0;
});

describe('startService', () => {
  it('answers health and metrics, and counts requests by route', async () => {
    const get = await start();
    expect(await (await get('/health/live')).json()).toEqual({ status: 'live' });
    expect(await (await get('/health/ready')).json()).toMatchObject({
      status: 'ready',
      checks: [{ name: 'redis', ok: true }],
    });
    await get('/unknown?token=abc');
    const metrics = await get('/metrics');
    expect(metrics.headers.get('content-type')).toMatch(/^text\/plain; version=0.0.4/);
    const text = (await metrics.text()).replaceAll(/^(?!http_).*\n/gm, '');
    expect(text).toMatch(/http_request_duration_seconds_count{.*route="\/health\/live",status="200"} 1\n/);
    expect(text).toContain('route="none",status="404"');
    expect(text).not.toContain('abc');
  });

  it('is not ready, but alive, while a dependency is missing', async () => {
    const get = await start();
    redis = () => Promise.reject(new Error('refused'));
    const ready = await get('/health/ready');
    redis = async () => undefined;
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'notReady', checks: [{ name: 'redis', problem: 'refused' }] });
    expect((await get('/health/live')).status).toBe(200);
  });

  it.each([
    ['an unknown route', '/unknown?token=abc', {}, 404, { code: 'notFound', message: 'no such route' }],
    ['an error of ours', '/fail', {}, 500, { code: 'internal', message: 'unexpected error' }],
    ['a URL that does not decode', '/%', {}, 400, { code: 'badRequest', message: 'malformed request' }],
    [
      'a body too large',
      '/echo',
      { method: 'POST', body: JSON.stringify('x'.repeat(200)) },
      413,
      { code: 'payloadTooLarge' },
    ],
    ['a body that is not JSON', '/echo', { method: 'POST', body: '{' }, 400, { code: 'badRequest' }],
  ])('answers %s as JSON', async (_what, path, init, status, error) => {
    const get = await start();
    const response = await get(path, { headers: { 'content-type': 'application/json' }, ...init });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ error: expect.objectContaining(error) });
  });

  it('leaves bodies alone for a service that reads raw bytes', async () => {
    const get = await start({
      bodyParser: false,
      configure: (app) => {
        const http = app.getHttpAdapter().getInstance();
        http.removeAllContentTypeParsers();
        http.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) =>
          done(null, { bytes: body.length }),
        );
      },
    });
    const response = await get('/echo', {
      method: 'POST',
      body: '{"a":',
      headers: { 'content-type': 'application/json' },
    });
    expect(await response.json()).toEqual({ bytes: 5 });
  });

  it('stops in reverse: port, transports, providers', async () => {
    const get = await start();
    await running?.close();
    await expect(get('/health/live')).rejects.toThrow('fetch failed');
    expect(order).toEqual(['transport started', 'transport closed', 'store closed']);
  });

  it('does not wait for a client that connected and says nothing', async () => {
    await start();
    const { port } = new URL((await running?.getUrl()) ?? '');
    const silent = connect(Number(port), '127.0.0.1').on('error', () => undefined);
    await once(silent, 'connect');
    const ended = new Promise((resolve) => silent.once('close', resolve));
    await running?.close();
    await ended;
    expect(order).toContain('store closed');
  });

  it('undoes a start that failed half-way', async () => {
    class Refusing extends Transport {
      override listen(done: (error?: Error) => void): void {
        done(new Error('no handler for lead.scored'));
      }
    }
    await expect(start({ strategies: () => [{ strategy: new Refusing() }] })).rejects.toThrow(
      'no handler for lead.scored',
    );
    expect(order).toContain('store closed');
  });

  it('does not start on wrong settings', async () => {
    await expect(start({ env: { PORT: '0' } })).rejects.toBeInstanceOf(ConfigError);
  });
});

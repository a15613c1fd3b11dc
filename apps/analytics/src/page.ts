import fastifyStatic from '@fastify/static';
import { sessionFromCookie } from '@hub/session';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyRequest } from 'fastify';
import type { AnalyticsConfig } from './config.ts';
import { cacheControlOf, securityHeaders } from './page-headers.ts';

/**
 * Serves the built page, compressed as it was built. Its files say nothing about anyone and are open; the page itself
 * sends whoever is not signed in to where that is explained.
 */
export async function servePage(app: NestFastifyApplication, config: AnalyticsConfig): Promise<void> {
  const http = app.getHttpAdapter().getInstance();
  // Answers of the API are kept by nobody; files say for themselves how long they last.
  const headers = { ...securityHeaders(config.REALTIME_URL), 'cache-control': 'no-store' };
  http.addHook('onRequest', async (_, reply) => {
    void reply.headers(headers);
  });
  const isSignedIn = (request: FastifyRequest): boolean =>
    sessionFromCookie(config.SESSION_SECRET, request.headers.cookie, Date.now()) !== null;
  await app.register(fastifyStatic, {
    root: config.WEB_DIR,
    index: false,
    redirect: false,
    preCompressed: true,
    allowedPath: (path, _, request) => !path.includes('.html') || isSignedIn(request),
    cacheControl: false,
    setHeaders: (reply, path) => void reply.header('cache-control', cacheControlOf(path)),
  });
  http.get('/', async (request, reply) =>
    isSignedIn(request) ? reply.sendFile('index.html') : reply.redirect('/signin', 303),
  );
}

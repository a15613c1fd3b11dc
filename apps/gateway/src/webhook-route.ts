import type { FastifyInstance, FastifyReply } from 'fastify';
import { GHL_SOURCE_ID, type SourceRequest } from '@hub/sources';
import type { Target } from './admit-request.ts';
import { type Admission, type Answer, answerTo, discreet, type Refusal } from './answers.ts';

export interface WebhookRouteOptions {
  readonly maxBodyBytes: number;
  readonly admit: (target: Target, request: SourceRequest) => Promise<Admission>;
  /** Told about every request that could not be read. */
  readonly onUnread: (outcome: Refusal) => void;
  readonly onError: (error: unknown) => void;
}

interface Request {
  Body: Buffer | undefined;
  Params: { readonly sourceId?: string; readonly token?: string };
}

interface Route {
  readonly url: string;
  readonly target: (params: Request['Params']) => Target;
}

const HOT_ROUTE: Route = { url: '/webhooks/ghl', target: () => ({ sourceId: GHL_SOURCE_ID }) };

/** A token in a path is a secret: logs and metrics name routes by these patterns, never by their URL. */
const ROUTES: readonly Route[] = [
  HOT_ROUTE,
  { url: '/webhooks/:sourceId', target: ({ sourceId = '' }) => ({ sourceId }) },
  { url: '/webhooks/:sourceId/:token', target: ({ sourceId = '' }) => ({ sourceId }) },
  { url: '/v1/events', target: () => 'eventsApi' },
];

/** What Fastify's parsers can read; it would refuse anything else before we see the body. */
const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"]*"|[^\s";]+))*$/;

/**
 * `POST` to each of the routes above, registered on Nest's own Fastify instance in a scope of its own: the signature is over the raw
 * bytes, so no body parser may touch them, and the hot route is spared Nest's pipeline.
 */
export async function webhookRoute(scope: FastifyInstance, options: WebhookRouteOptions): Promise<void> {
  const { maxBodyBytes, admit, onUnread, onError } = options;
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  scope.addHook('onRequest', (request, _reply, done) => {
    if (!CONTENT_TYPE.test(request.headers['content-type'] ?? '')) delete request.headers['content-type'];
    done();
  });

  let closing = false;
  scope.addHook('preClose', (done) => {
    closing = true;
    done();
  });

  for (const route of ROUTES) {
    const tell = route === HOT_ROUTE ? answerTo : (admission: Admission) => discreet(answerTo(admission));
    scope.post<Request>(route.url, { bodyLimit: maxBodyBytes }, async (request, reply) => {
      const { headers, params, body = Buffer.alloc(0) } = request;
      const pathToken = params.token ?? null;
      const admission = await admit(route.target(params), { headers, body, pathToken, nowMs: Date.now() });
      // A sender that keeps its connection open would otherwise hold up the stop.
      if (closing) reply.header('connection', 'close');
      return send(reply, tell(admission));
    });

    scope.route({
      method: ['GET', 'PUT', 'PATCH', 'DELETE'],
      url: route.url,
      handler: (_request, reply) => send(reply.header('allow', 'POST'), answerTo({ outcome: 'methodNotAllowed' })),
    });
  }

  scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const outcome = refusalOf(error);
    if (outcome === 'internal') onError(error);
    onUnread(outcome);
    return send(reply, answerTo({ outcome }));
  });
}

/** What kept Fastify from reading a request, or us from deciding about it. */
function refusalOf({ statusCode = 500 }: { readonly statusCode?: number }): Refusal {
  if (statusCode === 413) return 'bodyTooLarge';
  if (statusCode === 408) return 'slowClient';
  return statusCode < 500 ? 'badRequest' : 'internal';
}

function send(reply: FastifyReply, { status, retryAfterSeconds, body }: Answer): FastifyReply {
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply.status(status).send(body);
}

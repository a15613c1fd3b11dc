import type { FastifyInstance, FastifyReply } from 'fastify';
import type { SourceRequest } from '@hub/sources';
import { type Admission, answerTo, type Outcome, type Refusal } from './answers.ts';

export interface WebhookRouteOptions {
  readonly maxBodyBytes: number;
  readonly admit: (request: SourceRequest) => Promise<Admission>;
  /** Told about every request. */
  readonly onOutcome: (outcome: Outcome) => void;
  readonly onError: (error: unknown) => void;
}

const PATH = '/webhooks/ghl';

/** What Fastify's parsers can read; it would refuse anything else before we see the body. */
const CONTENT_TYPE = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w-]+=("[^"]*"|[^\s";]+))*$/;

/**
 * `POST /webhooks/ghl`, registered on Nest's own Fastify instance in a scope of its own: the signature is over the raw
 * bytes, so no body parser may touch them, and the one hot route is spared Nest's pipeline.
 */
export async function webhookRoute(scope: FastifyInstance, options: WebhookRouteOptions): Promise<void> {
  const { maxBodyBytes, admit, onOutcome, onError } = options;
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

  scope.post<{ Body: Buffer | undefined }>(PATH, { bodyLimit: maxBodyBytes }, async (request, reply) => {
    const body = request.body ?? Buffer.alloc(0);
    const admission = await admit({ headers: request.headers, body, pathToken: null, nowMs: Date.now() });
    onOutcome(admission.outcome);
    // A sender that keeps its connection open would otherwise hold up the stop.
    if (closing) reply.header('connection', 'close');
    return answer(reply, admission);
  });

  scope.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: PATH,
    handler: (_request, reply) => answer(reply.header('allow', 'POST'), { outcome: 'methodNotAllowed' }),
  });

  scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    const outcome = refusalOf(error);
    if (outcome === 'internal') onError(error);
    onOutcome(outcome);
    return answer(reply, { outcome });
  });
}

/** What kept Fastify from reading a request, or us from deciding about it. */
function refusalOf({ statusCode = 500 }: { readonly statusCode?: number }): Refusal {
  if (statusCode === 413) return 'bodyTooLarge';
  if (statusCode === 408) return 'slowClient';
  return statusCode < 500 ? 'badRequest' : 'internal';
}

function answer(reply: FastifyReply, admission: Admission): FastifyReply {
  const { status, retryAfterSeconds, body } = answerTo(admission);
  if (retryAfterSeconds !== undefined) reply.header('retry-after', retryAfterSeconds);
  return reply.status(status).send(body);
}

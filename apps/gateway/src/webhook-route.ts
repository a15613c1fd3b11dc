import type { FastifyInstance, FastifyReply } from 'fastify';
import { type Admission, answerTo } from './admission.ts';
import type { SourceRequest } from '@hub/sources';

export interface WebhookRouteOptions {
  readonly maxBodyBytes: number;
  readonly admit: (request: SourceRequest) => Promise<Admission>;
  /** Told about every request: `accepted`, or why not. */
  readonly onOutcome: (outcome: string) => void;
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
    onOutcome(admission.kind === 'accepted' ? 'accepted' : admission.reason);
    const answer = answerTo(admission);
    if (answer.retryAfterSeconds !== undefined) reply.header('retry-after', answer.retryAfterSeconds);
    // A sender that keeps its connection open would otherwise hold up the stop.
    if (closing) reply.header('connection', 'close');
    return reply.status(answer.status).send(answer.body);
  });

  scope.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: PATH,
    handler: (_request, reply) =>
      refuse(reply.header('allow', 'POST'), 405, 'methodNotAllowed', 'webhooks are sent with POST'),
  });

  scope.setErrorHandler<Error & { statusCode?: number }>((error, _request, reply) => {
    if (error.statusCode === 413) {
      onOutcome('bodyTooLarge');
      return refuse(reply, 413, 'bodyTooLarge', `the body has more than ${maxBodyBytes} bytes`);
    }
    if (error.statusCode !== undefined && error.statusCode < 500) {
      onOutcome('badRequest');
      return refuse(reply, error.statusCode, 'badRequest', 'the request could not be read');
    }
    onOutcome('internal');
    onError(error);
    return refuse(reply, 500, 'internal', 'unexpected error');
  });
}

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  return reply.status(status).send({ error: { code, message } });
}

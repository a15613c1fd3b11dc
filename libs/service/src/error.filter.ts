import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import type { Logger } from '@hub/telemetry';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type ErrorAnswer, errorAnswer } from './error-answer.ts';

/** Answers every error of every route, also of those no route matches, in one shape. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  constructor(private readonly logger: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<FastifyRequest>();
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    const answer = request.is404 ? noSuchRoute : errorAnswer(error);
    if (answer.status >= 500) this.logger.error({ err: error, route: request.routeOptions.url }, 'request failed');
    if (reply.sent || reply.raw.headersSent) reply.raw.destroy();
    else sendError(reply, answer);
  }
}

// Nest's own message quotes the URL, query and all.
const noSuchRoute: ErrorAnswer = { status: 404, code: 'notFound', message: 'no such route' };

export function sendError(reply: FastifyReply, { status, code, message, retryAfter }: ErrorAnswer): void {
  if (retryAfter !== undefined) void reply.header('retry-after', retryAfter);
  void reply.status(status).send({ error: { code, message } });
}

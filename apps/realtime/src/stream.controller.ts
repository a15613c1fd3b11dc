import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Refusal, refusalAnswer, refuse } from './admission.ts';
import { ALLOWED_ORIGINS } from './config.ts';
import { LiveQueue } from './live-queue.ts';
import { openSseLine } from './sse-line.ts';

/** `GET /stream?tenant=&after=`: server-sent events. */
@Controller()
export class StreamController {
  readonly #queue: LiveQueue;
  readonly #allowedOrigins: readonly string[];

  constructor(queue: LiveQueue, @Inject(ALLOWED_ORIGINS) allowedOrigins: readonly string[]) {
    this.#queue = queue;
    this.#allowedOrigins = allowedOrigins;
  }

  @Get('stream')
  open(@Req() request: FastifyRequest, @Res() reply: FastifyReply): void {
    const cors = corsHeaders(request.headers.origin, this.#allowedOrigins);
    const admission = this.#queue.admit(request.raw);
    const { socket } = reply.raw;
    if (!admission.admitted) {
      sendRefusal(reply, admission, cors);
    } else if (socket === null) {
      // Its connection is still busy with an earlier answer.
      sendRefusal(reply, refuse(400, 'pipelined', 'a stream needs a connection of its own'), cors);
    } else {
      reply.hijack();
      this.#queue.open(openSseLine(reply.raw, socket, cors), admission);
    }
  }
}

function sendRefusal(reply: FastifyReply, refusal: Refusal, cors: Record<string, string>): void {
  const { headers, body } = refusalAnswer(refusal);
  void reply
    .code(refusal.status)
    .headers({ ...headers, ...cors })
    .send(body);
}

/** Lets the page, which comes from another port or host, read the stream with its cookie. */
function corsHeaders(origin: string | undefined, allowedOrigins: readonly string[]): Record<string, string> {
  if (origin === undefined || !allowedOrigins.includes(origin)) return { vary: 'origin' };
  return { vary: 'origin', 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' };
}

import { type CanActivate, type ExecutionContext, ForbiddenException, Injectable } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { problem } from './problem.ts';
import { isSameOrigin } from './same-origin.ts';

const READING = new Set(['GET', 'HEAD', 'OPTIONS']);

/** No other site can make a signed-in browser change anything here. */
@Injectable()
export class SameOriginGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (READING.has(request.method) || isSameOrigin(request.headers)) return true;
    throw new ForbiddenException(problem('crossOrigin', 'this request comes from another site'));
  }
}

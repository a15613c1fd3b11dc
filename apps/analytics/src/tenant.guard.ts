import { mayRead } from '@hub/session';
import { type CanActivate, type ExecutionContext, Injectable, NotFoundException } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { problem } from './problem.ts';
import { sessionOf } from './session.guard.ts';

/** The id of a tenant in a path, a query or a body. */
export const tenantParameter = z.string().min(1).max(64);

/** For routes with `:tenantId`: the tenant of someone else looks like one that does not exist. */
@Injectable()
export class TenantGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest<{ Params: { tenantId: string } }>>();
    if (!mayRead(sessionOf(request), request.params.tenantId)) throw tenantNotFound();
    return true;
  }
}

export function tenantNotFound(message = 'there is no such tenant'): NotFoundException {
  return new NotFoundException(problem('tenantNotFound', message));
}

import { type Session, sessionFromCookie } from '@hub/session';
import {
  type CanActivate,
  createParamDecorator,
  type ExecutionContext,
  Inject,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { AnalyticsConfig } from './config.ts';
import { problem } from './problem.ts';
import { ANALYTICS_CONFIG } from './tokens.ts';

/** All that may be read without a session, besides the files of the page; none of it says anything about anyone. */
const OPEN_ROUTES = new Set(['/health/live', '/health/ready', '/metrics', '/signin', '/signin.css']);

const sessions = new WeakMap<FastifyRequest, Session>();

/** Nothing is readable without a session: a new route is closed until it is listed as open. */
@Injectable()
export class SessionGuard implements CanActivate {
  constructor(@Inject(ANALYTICS_CONFIG) private readonly config: AnalyticsConfig) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    if (OPEN_ROUTES.has(request.routeOptions.url ?? '')) return true;
    const session = sessionFromCookie(this.config.SESSION_SECRET, request.headers.cookie, Date.now());
    if (session === null) throw new UnauthorizedException(problem('notSignedIn', 'sign in first'));
    sessions.set(request, session);
    return true;
  }
}

/** The session of a request that passed the guard. */
export function sessionOf(request: FastifyRequest): Session {
  const session = sessions.get(request);
  if (session === undefined) throw new Error('this route is open: it has no session');
  return session;
}

/** Gives a handler the session. */
export const SignedIn = createParamDecorator((_: unknown, context: ExecutionContext) =>
  sessionOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

import type { Session } from '@hub/session';
import { ForbiddenException } from '@nestjs/common';
import { problem } from './problem.ts';

/** The tenants a session's transaction names; `*` shows an operator all of them, unknown locations included. */
export function scopeOf({ tenants }: Session): readonly string[] {
  return tenants === '*' ? ['*'] : tenants;
}

/** @throws ForbiddenException unless the session may see every tenant: what it asks for belongs to none of them. */
export function operatorsOnly(session: Session): void {
  if (session.tenants !== '*')
    throw new ForbiddenException(problem('notAnOperator', 'this takes somebody who may see every tenant'));
}

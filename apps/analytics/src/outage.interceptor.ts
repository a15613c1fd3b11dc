import { isOutage } from '@hub/database';
import { DependencyUnavailable } from '@hub/resilience';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { catchError, type Observable, throwError } from 'rxjs';

/** A database that is away is told as such, with 503 and when to try again, whatever words the driver has for it. */
@Injectable()
export class OutageInterceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(catchError((error: unknown) => throwError(() => asUnavailable(error))));
  }
}

function asUnavailable(error: unknown): unknown {
  if (error instanceof DependencyUnavailable || !isOutage(error)) return error;
  return new DependencyUnavailable('postgres', 'it does not answer', error);
}

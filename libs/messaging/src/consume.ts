import type { ReadContract } from '@hub/contracts';
import { applyDecorators, Catch, type ExceptionFilter, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { type Observable, throwError } from 'rxjs';
import type { Inbound, Outcome } from './outcome.ts';

/** Keeps Nest from offering our handlers to its NATS transport, and the other way round. */
export const JETSTREAM = Symbol('hub.jetstream');

export interface ConsumeSettings {
  /** Name of the consumer on the broker, which remembers what is settled. */
  readonly durable: string;
  /** Most messages one call of the handler gets. */
  readonly batch: number;
  /** How long one request for messages stays open on the broker, 1 s at least; a message never waits for it. */
  readonly waitMs: number;
  /** Time after which the broker delivers an unsettled message again; extended while it is in hand. 30 s. */
  readonly ackWaitMs?: number;
  /** Most messages delivered and not yet settled, those waiting for a retry included. 4 batches. */
  readonly maxAckPending?: number;
  /** The broker forgets the consumer when nobody asked for so long; left out: never. */
  readonly inactiveThresholdMs?: number;
}

export type BatchHandler<T> = (batch: readonly Inbound<T>[]) => Promise<readonly Outcome[]>;

/** What `@Consume` leaves beside a handler for the transport to find. */
export interface Declaration {
  // oxlint-disable-next-line typescript/no-explicit-any -- contracts of all types meet in one table; T is checked where it is declared
  readonly contract: ReadContract<any>;
  readonly settings: ConsumeSettings;
}

/**
 * Declares a controller method as the handler of a contract. It gets a batch and returns one outcome per message,
 * in order. When it throws, all of the batch is delivered again later.
 */
export function Consume<T>(contract: ReadContract<T>, settings: ConsumeSettings) {
  const declaration: Declaration = { contract, settings };
  const declare = applyDecorators(
    // oxlint-disable-next-line typescript/no-unnecessary-type-arguments -- chooses the overload without an event map
    EventPattern<string>(contract.subject, JETSTREAM, { declaration }),
    UseFilters(HandToTransport),
  );
  return (target: object, key: string, method: TypedPropertyDescriptor<BatchHandler<T>>): void => {
    declare(target, key, method);
  };
}

/** Nest would replace a handler's error by "Internal server error"; the transport needs the cause. */
@Catch()
class HandToTransport implements ExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

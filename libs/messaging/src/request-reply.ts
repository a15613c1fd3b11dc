import type { RequestContract } from '@hub/contracts';
import type { Breaker } from '@hub/resilience';
import { type ClientProxy, ClientProxyFactory, type NatsOptions, Transport } from '@nestjs/microservices';
import { firstValueFrom, fromEvent, takeUntil } from 'rxjs';
import { LASTING, serversOf } from './connect-nats.ts';

// Nest waits this long on every stop, whether something is still being answered or not.
const GRACE_MS = 200;

/**
 * Nest's own NATS transport for handlers declared with `@MessagePattern(contract.subject)`; the processes that name
 * the same queue share the requests.
 */
export function requestReplyTransport(servers: string, queue: string): NatsOptions {
  return {
    transport: Transport.NATS,
    options: {
      ...connectionOptions(servers, queue),
      queue,
      gracefulShutdown: true,
      gracePeriod: GRACE_MS,
    },
  };
}

/** Asks and checks the answer. */
export class RequestClient {
  readonly #client: ClientProxy;
  readonly #breaker: Breaker;

  /** @param options.breaker Its time limit is the deadline of each request. */
  constructor(options: { readonly servers: string; readonly name: string; readonly breaker: Breaker }) {
    this.#client = ClientProxyFactory.create({
      transport: Transport.NATS,
      options: connectionOptions(options.servers, options.name),
    });
    this.#breaker = options.breaker;
  }

  /** @throws when nobody answers in time, the handler failed, or the reply is not what the contract says. */
  async request<Request, Reply>(contract: RequestContract<Request, Reply>, request: Request): Promise<Reply> {
    const reply = await this.#breaker.call((signal) =>
      firstValueFrom(
        this.#client.send<unknown, Request>(contract.subject, request).pipe(takeUntil(fromEvent(signal, 'abort'))),
      ),
    );
    return contract.reply.parse(reply);
  }

  async close(): Promise<void> {
    await this.#client.close();
  }
}

function connectionOptions(servers: string, name: string) {
  return { ...LASTING, servers: serversOf(servers), name, waitOnFirstConnect: true };
}

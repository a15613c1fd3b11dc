import type { KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseKeyRing, SignatureCheck } from '@hub/crm-ghl';
import type { Payload } from './world.ts';

/* For specs: a server in the place of the gateway. */

export interface StubGateway {
  readonly url: URL;
  readonly received: readonly { readonly signed: boolean; readonly payload: Payload }[];
}

const servers: Server[] = [];

/** Answers with `statuses` in turn, the last one for ever, and checks every signature. Port 0: any free one. */
export async function startGateway(publicKey: KeyObject, statuses: readonly number[], port = 0): Promise<StubGateway> {
  const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const check = new SignatureCheck(parseKeyRing(`demo=${spki}`));
  const received: { signed: boolean; payload: Payload }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      void check.verify(request.headers, body, Date.now()).then(({ ok }) => {
        response.statusCode = statuses[Math.min(received.length, statuses.length - 1)] ?? 200;
        received.push({ signed: ok, payload: JSON.parse(body.toString()) as Payload });
        response.end('{}');
      });
    });
  });
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${address.port}/webhooks/ghl`), received };
}

/** Closes what `startGateway` started; a second call finds nothing to do. */
export async function closeGateways(): Promise<void> {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
}

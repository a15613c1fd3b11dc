import { once } from 'node:events';
import { request as httpRequest, type Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { PROBE_SOURCE_ID, type Probe } from './probe-source.ts';

/**
 * Sends a probe the whole way: socket, HTTP, signature, pack, disk. It works before the server listens: connections come
 * through a port of their own on the loopback, which this process shares with nobody. The public one may be shared, and
 * then another process could answer for this one.
 * @throws Error that says what came instead of an acceptance.
 */
export async function askItself(server: Server, probe: Probe, deadlineMs: number): Promise<void> {
  const door = createServer((socket) => void server.emit('connection', socket));
  // Not exclusive, the primary of a cluster would open this port too, and share it.
  door.listen({ port: 0, host: '127.0.0.1', exclusive: true });
  try {
    await once(door, 'listening');
    const { port } = door.address() as AddressInfo;
    const { status, body } = await post(port, probe, AbortSignal.timeout(deadlineMs));
    if (status !== 200) throw new Error(`it was answered ${status}: ${body}`);
    const receipt = JSON.parse(body) as { eventId?: unknown };
    if (receipt.eventId !== probe.eventId) throw new Error('another event was accepted in its place');
  } finally {
    door.close();
  }
}

async function post(port: number, { body, headers }: Probe, signal: AbortSignal) {
  const path = `/webhooks/${PROBE_SOURCE_ID}`;
  // Without an agent the connection is closed after the answer.
  const options = { port, host: '127.0.0.1', method: 'POST', path, agent: false, signal } as const;
  const request = httpRequest({ ...options, headers: { ...headers, 'user-agent': 'gateway-self-probe' } });
  request.end(body);
  const [response] = await once(request, 'response', { signal });
  return { status: response.statusCode as number, body: await text(response) };
}

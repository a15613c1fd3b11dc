import { once } from 'node:events';
import { connect } from 'node:net';

interface ConsumerInfo {
  readonly name: string;
  readonly num_pending: number;
  readonly num_ack_pending: number;
}

const REPLY = '_INBOX.drill';
const TIMEOUT_MS = 3_000;
const SLOW_PREFIX = 'webhook.received.slow.';

/**
 * Messages of a stream that one of its consumers has yet to settle. Asked in NATS' own text protocol, past the client
 * that is under test.
 * @throws Error when the broker does not answer within 3 s.
 */
export async function unsettledIn(natsUrl: string, stream: string): Promise<number> {
  const { consumers } = (await request(natsUrl, `$JS.API.CONSUMER.LIST.${stream}`)) as {
    consumers?: readonly ConsumerInfo[];
  };
  if (consumers === undefined) throw new Error(`NATS did not list the consumers of ${stream}`);
  return consumers.reduce((sum, { num_pending, num_ack_pending }) => sum + num_pending + num_ack_pending, 0);
}

/** Packs that each tenant has in its slow lane, settled or not. @throws Error as `unsettledIn` does. */
export async function slowPacks(natsUrl: string): Promise<ReadonlyMap<string, number>> {
  const filter = JSON.stringify({ subjects_filter: `${SLOW_PREFIX}>` });
  const info = (await request(natsUrl, '$JS.API.STREAM.INFO.INBOX', filter)) as {
    state?: { subjects?: Record<string, number> };
  };
  const subjects = Object.entries(info.state?.subjects ?? {});
  return new Map(subjects.map(([subject, packs]) => [subject.slice(SLOW_PREFIX.length), packs]));
}

/** One request to the broker's API. @returns its answer, parsed. */
export async function request(natsUrl: string, subject: string, payload = ''): Promise<unknown> {
  const { hostname, port } = new URL(natsUrl);
  const socket = connect({ host: hostname, port: Number(port), timeout: TIMEOUT_MS });
  socket.once('timeout', () => socket.destroy(new Error('NATS did not answer in time')));
  try {
    await once(socket, 'connect');
    const options = JSON.stringify({ verbose: false, lang: 'drill', version: '1', protocol: 1 });
    const bytes = Buffer.byteLength(payload);
    socket.write(`CONNECT ${options}\r\nSUB ${REPLY} 1\r\nPUB ${subject} ${REPLY} ${bytes}\r\n${payload}\r\n`);
    let seen = '';
    for await (const chunk of socket) {
      seen += String(chunk);
      const message = messageIn(seen);
      if (message !== null) return JSON.parse(message) as unknown;
    }
    throw new Error('NATS closed the connection');
  } finally {
    socket.destroy();
  }
}

/** The payload of the first `MSG`, once it is all there. */
function messageIn(seen: string): string | null {
  const head = /^MSG \S+ \S+ (\d+)\r\n/m.exec(seen);
  if (head === null) return null;
  const from = head.index + head[0].length;
  const payload = Buffer.from(seen.slice(from)).subarray(0, Number(head[1]));
  return payload.length < Number(head[1]) ? null : payload.toString();
}

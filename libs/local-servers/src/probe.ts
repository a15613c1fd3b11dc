import { connect } from 'node:net';

/** What the bytes received so far mean: an answer, a refusal for now, or not enough to tell. */
export type Reading = 'ready' | 'notYet' | 'more';

export interface Question {
  readonly send: string | Buffer;
  read(received: Buffer): Reading;
}

/** Whether the server at `host:port` answers the question in its own protocol. */
export function answers(host: string, port: number, question: Question, timeoutMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    let received = Buffer.alloc(0);
    const settle = (ready: boolean) => {
      socket.destroy();
      resolve(ready);
    };
    socket.setTimeout(timeoutMs, () => {
      settle(false);
    });
    socket.once('error', () => {
      settle(false);
    });
    socket.once('close', () => {
      settle(false);
    });
    socket.once('connect', () => {
      socket.write(question.send);
    });
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk]);
      const reading = question.read(received);
      if (reading !== 'more') settle(reading === 'ready');
    });
  });
}

/** NATS greets with INFO; PONG means it serves clients. A server that wants credentials or TLS answers too. */
export const natsPing: Question = {
  send: 'CONNECT {"verbose":false,"pedantic":false}\r\nPING\r\n',
  read: (received) => {
    const text = received.toString('latin1');
    if (text.includes('PONG\r\n')) return 'ready';
    return /-ERR 'Authorization|"tls_required":true/.test(text) ? 'ready' : 'more';
  },
};

/** Any RESP answer but "loading" counts: one that asks for a password is a running server. */
export const redisPing: Question = {
  send: 'PING\r\n',
  read: (received) => {
    const text = received.toString('latin1');
    if (!text.includes('\r\n')) return 'more';
    return text.startsWith('-LOADING') ? 'notYet' : 'ready';
  },
};

const CANNOT_CONNECT_NOW = '57P03';

/** A start-up packet; Postgres asks for the password (R), or says that it is still starting or recovering. */
export const postgresStartup: Question = {
  send: startupPacket({ user: 'hub', database: 'hub' }),
  read: (received) => {
    if (received.length < 5) return 'more';
    if (received[0] !== 'E'.charCodeAt(0)) return 'ready';
    if (received.length < 1 + received.readInt32BE(1)) return 'more';
    return received.includes(`C${CANNOT_CONNECT_NOW}\0`) ? 'notYet' : 'ready';
  },
};

function startupPacket(parameters: Record<string, string>): Buffer {
  const body = `${Object.entries(parameters).flat().join('\0')}\0\0`;
  const packet = Buffer.alloc(8 + body.length);
  packet.writeInt32BE(packet.length, 0);
  packet.writeInt32BE(3 << 16, 4); // protocol 3.0
  packet.write(body, 8, 'latin1');
  return packet;
}

import { once } from 'node:events';
import { connect } from 'node:net';

/** Sends bytes over a connection of its own. @returns everything that came until the other side closed it. */
export async function sendRaw(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1').setEncoding('latin1');
  let received = '';
  socket.on('data', (more: string) => (received += more));
  // A reset ends it as well; what was received until then counts.
  socket.on('error', () => undefined);
  socket.write(text, 'latin1');
  await once(socket, 'close');
  return received;
}

/** The statuses of all final answers in what was received. */
export function statusesIn(received: string): readonly number[] {
  const all = [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));
  return all.filter((status) => status >= 200);
}

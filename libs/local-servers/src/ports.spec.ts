import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { freePort, listeningInodes, portOwner, requireFree } from './ports.ts';

async function listen(): Promise<{ port: number; close: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, close: () => server.close() };
}

describe('a busy port', () => {
  it('is named with its owner', async () => {
    const busy = await listen();
    expect(await portOwner(busy.port)).toEqual({ pid: process.pid, command: expect.stringContaining('node') });
    await expect(requireFree(busy.port, 'gateway')).rejects.toThrow(
      `port ${busy.port}, wanted for gateway, is taken by pid ${process.pid} (`,
    );
    busy.close();
  });

  it('has no owner once it is free', async () => {
    const port = await freePort();
    await expect(requireFree(port, 'gateway')).resolves.toBeUndefined();
    expect(await portOwner(port)).toBeNull();
  });

  it('is passed over in the search for a free one', async () => {
    const first = await freePort();
    const server = createServer().listen(first, '127.0.0.1');
    await once(server, 'listening');
    const draws = [(first - 20_000) / 12_000, (first - 19_999) / 12_000];
    expect(await freePort(() => draws.shift() ?? Math.random())).not.toBe(first);
    server.close();
  });
});

describe('listeningInodes', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0100007F:0FA0 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000 100 0 0 10 0',
    '   1: 0100007F:0FA0 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000 20 4 30 10 -1',
    '   2: 0100007F:0FA1 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000 100 0 0 10 0',
  ].join('\n');

  it('are those of listening sockets on that port alone', () => {
    expect(listeningInodes(table, 4000)).toEqual(['4711']);
    expect(listeningInodes(table, 4002)).toEqual([]);
  });
});

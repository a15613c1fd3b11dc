import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseKeyRing, SignatureCheck } from '@hub/crm-ghl';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Poster } from './post.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
const check = new SignatureCheck(parseKeyRing(`demo=${spki}`));
const body = Buffer.from('{"type":"NoteCreate","body":"Zoë"}');

const servers: Server[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
    await once(server, 'close');
  }
});

/** Answers with `statuses` in turn, the last one for ever; checks every signature. */
async function gateway(statuses: readonly number[], port = 0): Promise<{ url: URL; signed: () => readonly boolean[] }> {
  const signed: boolean[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      void check.verify(request.headers, Buffer.concat(chunks)).then(({ ok }) => {
        response.statusCode = statuses[Math.min(signed.length, statuses.length - 1)] ?? 200;
        signed.push(ok);
        response.end('{}');
      });
    });
  });
  servers.push(server);
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address() as AddressInfo;
  return { url: new URL(`http://127.0.0.1:${address.port}/webhooks/ghl`), signed: () => signed };
}

function poster(url: URL): { poster: Poster; said: string[] } {
  const said: string[] = [];
  return { poster: new Poster({ url, key: privateKey, say: (line) => said.push(line), random: () => 0 }), said };
}

describe('Poster', () => {
  it('signs what it sends', async () => {
    const { url, signed } = await gateway([200]);
    const { poster: ours, said } = poster(url);
    await ours.post(body);
    ours.close();
    expect(signed()).toEqual([true]);
    expect([ours.counts, said]).toEqual([{ accepted: 1, retried: 0, givenUp: 0 }, []]);
  });

  it('tries again after anything but a 2xx, until it is accepted', async () => {
    const { url, signed } = await gateway([429, 500, 302, 202]);
    const { poster: ours } = poster(url);
    await ours.post(body);
    ours.close();
    expect(signed()).toHaveLength(4);
    expect(ours.counts).toEqual({ accepted: 1, retried: 3, givenUp: 0 });
  });

  it('gives up after twelve tries more, and says once what is wrong', async () => {
    const { url, signed } = await gateway([401]);
    const { poster: ours, said } = poster(url);
    await ours.post(body);
    ours.close();
    expect(signed()).toHaveLength(13);
    expect(ours.counts).toEqual({ accepted: 0, retried: 12, givenUp: 1 });
    expect(said).toEqual([expect.stringContaining('refuses the signature')]);
  });

  it('waits for a gateway that cannot be reached, says so, and says when it is back', async () => {
    const { url } = await gateway([200]);
    const [server] = servers.splice(0);
    server?.close();
    const { poster: ours, said } = poster(url);
    const posted = ours.post(body);
    while (said.length === 0) await new Promise(setImmediate);
    await gateway([200], Number(url.port));
    await posted;
    ours.close();
    expect(ours.counts).toEqual({ accepted: 1, retried: 0, givenUp: 0 });
    expect(said).toEqual([expect.stringContaining('cannot reach'), `reached ${url.origin}`]);
  });
});

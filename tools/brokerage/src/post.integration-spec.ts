import { generateKeyPairSync } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Poster } from './post.ts';
import { closeGateways, startGateway } from './stub-gateway.ts';

const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const gateway = (statuses: readonly number[], port?: number) => startGateway(publicKey, statuses, port);
const body = Buffer.from('{"type":"NoteCreate","body":"Zoë"}');

afterEach(closeGateways);

function poster(url: URL): { poster: Poster; said: string[] } {
  const said: string[] = [];
  return { poster: new Poster({ url, key: privateKey, say: (line) => said.push(line), random: () => 0 }), said };
}

describe('Poster', () => {
  it('signs what it sends', async () => {
    const { url, received } = await gateway([200]);
    const { poster: ours, said } = poster(url);
    await ours.post(body);
    ours.close();
    expect(received.map(({ signed }) => signed)).toEqual([true]);
    expect([ours.counts, said]).toEqual([{ accepted: 1, retried: 0, givenUp: 0 }, []]);
  });

  it('tries again after anything but a 2xx, until it is accepted', async () => {
    const { url, received } = await gateway([429, 500, 302, 202]);
    const { poster: ours } = poster(url);
    await ours.post(body);
    ours.close();
    expect(received).toHaveLength(4);
    expect(ours.counts).toEqual({ accepted: 1, retried: 3, givenUp: 0 });
  });

  it('gives up after twelve tries more, and says once what is wrong', async () => {
    const { url, received } = await gateway([401]);
    const { poster: ours, said } = poster(url);
    await ours.post(body);
    ours.close();
    expect(received).toHaveLength(13);
    expect(ours.counts).toEqual({ accepted: 0, retried: 12, givenUp: 1 });
    expect(said).toEqual([expect.stringContaining('refuses the signature')]);
  });

  it('waits for a gateway that cannot be reached, says so, and says when it is back', async () => {
    const { url } = await gateway([200]);
    await closeGateways();
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

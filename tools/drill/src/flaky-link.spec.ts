import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@hub/testkit';
import { FlakyLink } from './flaky-link.ts';

/** Answers each line with `<line>!`, and keeps what it heard. */
let echo: Server;
let heard: string;
let link: FlakyLink;
let port: number;
let client: Socket;
let answers: string;

beforeEach(async () => {
  [heard, answers] = ['', ''];
  echo = createServer((socket) => {
    socket.on('error', () => undefined); // the link tears connections: that is what is tested
    socket.on('data', (bytes) => {
      heard += String(bytes);
      socket.write(`${String(bytes)}!`);
    });
  });
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  link = await FlakyLink.open();
  port = Number(new URL(link.lead(`tcp://127.0.0.1:${(echo.address() as AddressInfo).port}`)).port);
  client = connect(port, '127.0.0.1');
  client.on('data', (bytes) => {
    answers += String(bytes);
  });
  client.write('a');
  await once(client, 'data');
});

afterEach(() => {
  client.destroy();
  link.close();
  echo.close();
});

describe('FlakyLink', () => {
  it('passes both ways while it is up', () => {
    expect([heard, answers]).toEqual(['a', 'a!']);
  });

  it('holds everything back in a black hole, and delivers it late', async () => {
    link.set('blackHole');
    client.write('b');
    const other = connect(port, '127.0.0.1');
    await once(other, 'connect'); // the link has had its chance to pass the byte on
    expect(heard).toBe('a');
    other.destroy();
    link.set('up');
    await once(client, 'data');
    expect([heard, answers]).toEqual(['ab', 'a!b!']);
  });

  it('lets words pass one way and their answers only once it is up again', async () => {
    link.set('oneWay');
    client.write('b');
    await until(() => heard === 'ab', { what: 'the word to arrive' });
    expect(answers).toBe('a!');
    link.set('up');
    await once(client, 'data');
    expect(answers).toBe('a!b!');
  });

  it('tears connections and refuses new ones when it resets', async () => {
    const torn = once(client, 'error');
    link.set('reset');
    expect((await torn)[0]).toMatchObject({ code: 'ECONNRESET' });
    const again = connect(port, '127.0.0.1');
    expect((await once(again, 'error'))[0]).toMatchObject({ code: 'ECONNRESET' });
  });
});

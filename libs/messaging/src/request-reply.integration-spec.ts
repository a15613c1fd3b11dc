import 'reflect-metadata';
import type { Contract, RequestContract } from '@hub/contracts';
import { jsonCodec } from '@hub/contracts';
import { createBreaker } from '@hub/resilience';
import { testNats, type TestServer, until } from '@hub/testkit';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, type INestMicroservice, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MessagePattern, type MicroserviceOptions } from '@nestjs/microservices';
import { z } from 'zod';
import { connectNats } from './connect-nats.ts';
import { Publisher } from './publisher.ts';
import { RequestClient, requestReplyTransport } from './request-reply.ts';
import { subscribe } from './subscribe.ts';

const answer = z.object({ id: z.string(), twice: z.number(), response: z.null() });
/** The reply has keys that Nest's own envelope has too. */
const double: RequestContract<{ n: number }, z.infer<typeof answer>> = {
  subject: 'number.double',
  request: z.object({ n: z.number() }),
  reply: answer,
};

@Controller()
class Doubling {
  @MessagePattern(double.subject)
  double({ n }: { n: number }): unknown {
    if (n < 0) throw new Error('negative');
    return n === 13 ? { unlucky: true } : { id: 'mine', twice: 2 * n, response: null };
  }
}

@Module({ controllers: [Doubling] })
class Answers {}

describe('request and reply', () => {
  let nats: TestServer;
  let app: INestMicroservice;
  let client: RequestClient;

  beforeAll(async () => {
    nats = await testNats();
    app = await NestFactory.createMicroservice<MicroserviceOptions>(Answers, {
      ...requestReplyTransport(nats.url, 'doubling'),
      logger: false,
    });
    await app.listen();
    const breaker = createBreaker({ name: 'doubling', timeoutMs: 1_000, volumeThreshold: 100 });
    client = new RequestClient({ servers: nats.url, name: 'spec', breaker });
  });

  afterAll(async () => {
    await client.close();
    await app.close();
    await nats.stop();
  });

  it('brings the reply as it was given', async () => {
    expect(await client.request(double, { n: 0 })).toEqual({ id: 'mine', twice: 0, response: null });
  });

  it.each([
    ['the reply is not what the contract says', double, 13],
    ['the handler fails', double, -1],
    ['nobody answers', { ...double, subject: 'number.triple' }, 1],
  ])('fails when %s', async (_, contract, n) => {
    await expect(client.request(contract, { n })).rejects.toBeDefined();
  });

  it('works again after the broker was killed', async () => {
    nats.kill();
    await nats.restart();
    const reply = await until(() => client.request(double, { n: 4 }), { what: 'a reply', timeoutMs: 20_000 });
    expect(reply.twice).toBe(8);
  });

  it('broadcasts to whoever listens, passing over what cannot be read', async () => {
    const words: Contract<string> = { subject: 'words', ...jsonCodec(z.string()) };
    const connection = await connectNats({ servers: nats.url, name: 'spec' });
    const heard: string[] = [];
    const subscription = subscribe(connection, words, (word) => heard.push(word));
    const publisher = new Publisher(connection);
    publisher.broadcast(words, 'one');
    connection.publish('words', 'not JSON');
    publisher.broadcast(words, 'two');
    await until(() => heard.length === 2, { what: 'two words' });
    expect(heard).toEqual(['one', 'two']);
    subscription.stop();
    await connection.close();
  });
});

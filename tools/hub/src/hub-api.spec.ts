import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { expect, it } from '@jest/globals';
import { HubApi } from './hub-api.ts';

it('a hub that is not running is said to be, with how to start it', async () => {
  expect(() => HubApi.fromEnv({})).toThrow('npm start');
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  await new Promise((resolve) => server.close(resolve));
  await expect(new HubApi(url, () => 'nobody').json('GET', '/api/replays')).rejects.toThrow(
    `nobody answers at ${url}: npm run status says how the hub is, npm start starts it`,
  );
});

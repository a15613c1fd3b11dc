import { expect, it } from '@jest/globals';
import { EventEmitter } from 'node:events';
import { Server } from 'node:http';
import { LoadGuard } from './load-guard.ts';

const LIMITS = { maxConnections: 2, maxHeldBytes: 100 };

it('is full while the bodies in hand reach the limit', () => {
  const guard = new LoadGuard(LIMITS);
  guard.hold(99);
  expect(guard.isFull).toBe(false);
  guard.hold(1);
  expect(guard.isFull).toBe(true);
  guard.release(60);
  expect([guard.isFull, guard.heldBytes]).toEqual([false, 40]);
});

it('tells more connections than there may be, and leaves room to answer them', () => {
  const guard = new LoadGuard(LIMITS);
  const server = new Server();
  guard.watch(server);
  const sockets = [1, 2, 3].map(() => new EventEmitter());
  // Without the server's own listener: it would read from them.
  const [count] = server.listeners('connection').slice(-1);
  for (const socket of sockets) count?.call(server, socket);
  expect([guard.connections, guard.hasTooManyConnections, server.maxConnections]).toEqual([3, true, 3]);
  sockets[0]?.emit('close');
  expect([guard.connections, guard.hasTooManyConnections]).toEqual([2, false]);
});

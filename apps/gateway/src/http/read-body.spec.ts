import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { IncomingMessage } from 'node:http';
import { PassThrough } from 'node:stream';
import { LoadGuard } from './load-guard.ts';
import { type Body, readBody } from './read-body.ts';

const MAX_BYTES = 50;
const guarded = (maxHeldBytes = 1_000) => new LoadGuard({ maxConnections: 1, maxHeldBytes });

function read(body: PassThrough, guard: LoadGuard, headers: IncomingMessage['headers'] = {}): Promise<Body> {
  const request = Object.assign(body, { headers }) as unknown as IncomingMessage;
  return new Promise((resolve) => readBody(request, { maxBytes: MAX_BYTES, guard }, resolve));
}

describe('readBody', () => {
  it('gives every byte, in order, and holds them until they are released', async () => {
    const parts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(parts, async (sent) => {
        const [body, guard] = [new PassThrough(), guarded()];
        const whole = read(body, guard);
        for (const part of sent) body.write(part);
        body.end();
        expect(await whole).toEqual({ kind: 'whole', bytes: Buffer.concat(sent) });
        expect(guard.heldBytes).toBe(sent.reduce((sum, { length }) => sum + length, 0));
      }),
    );
  });

  it('refuses what is announced as too large before it comes', async () => {
    const guard = guarded();
    expect(await read(new PassThrough(), guard, { 'content-length': `${MAX_BYTES + 1}` })).toEqual({
      kind: 'tooLarge',
    });
    expect(guard.heldBytes).toBe(0);
  });

  it.each([
    ['turns out too large', 'tooLarge', 1_000, [30, 30, 30]],
    ['comes when there is no more room', 'noRoom', 30, [30, 10, 10]],
  ])('gives up what %s, and holds nothing of it', async (_, kind, room, sizes) => {
    const [body, guard] = [new PassThrough(), guarded(room)];
    const told = read(body, guard);
    for (const size of sizes) body.write('a'.repeat(size));
    body.end();
    expect(await told).toEqual({ kind });
    await new Promise((resolve) => body.once('close', resolve));
    expect(guard.heldBytes).toBe(0);
  });

  it.each([
    ['breaks', 'gone', undefined],
    ['is too slow', 'slow', 408],
    ['makes no sense', 'malformed', 400],
  ])('holds nothing of a body that %s', async (_, kind, statusCode) => {
    const [body, guard] = [new PassThrough(), guarded()];
    const told = read(body, guard);
    body.write('abc');
    expect(guard.heldBytes).toBe(3);
    body.destroy(Object.assign(new Error('of the connection'), { statusCode }));
    expect(await told).toEqual({ kind });
    expect(guard.heldBytes).toBe(0);
  });
});

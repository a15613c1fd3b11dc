import { expect, it } from '@jest/globals';
import { runFeed } from './feed.ts';
import type { Due } from './plan.ts';

function due(type: string, index: number): Due {
  const delivery = { fault: null, deliveredAtMs: [0] } as const;
  const event = { atMs: 0, tenantId: 't', type, leadId: null, webhookId: `${index}`, payload: { index }, delivery };
  return { number: index + 1, deliveredAtMs: 0, dueAtMs: 0, event };
}

it('settles an install before anything else goes out, stops at the count, and never has more than 64 on the way', async () => {
  const waiting: (() => void)[] = [];
  const handed: number[] = [];
  let most = 0;
  const running = runFeed({
    deliveries: (function* endless(): Generator<Due> {
      yield due('AppInstall', 0);
      for (let index = 1; ; index += 1) yield due('NoteCreate', index);
    })(),
    post: async (body) => {
      handed.push(JSON.parse(body.toString()).index);
      if (handed.length === 2) expect(waiting).toEqual([]);
      const settled = new Promise<void>((resolve) => waiting.push(resolve));
      most = Math.max(most, waiting.length);
      // Everything that can be on the way is: let one arrive.
      if (waiting.length === 1 || waiting.length === 64) setImmediate(() => waiting.shift()?.());
      await settled;
    },
    onHanded: () => {
      if (handed.length === 100) waiting.splice(0).forEach((arrive) => arrive());
    },
    ratePerSecond: 5000,
    count: 100,
  });
  await running;
  expect(handed).toEqual(Array.from({ length: 100 }, (_, index) => index));
  expect(most).toBe(64);
});

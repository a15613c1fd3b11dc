import type { Redis } from 'ioredis';
import type { MarkStore } from './shared-marks.ts';

// One command for all of them: each command of its own costs the event loop as much as a webhook.
const WRITE_NEW = `for at, key in ipairs(KEYS) do
  redis.call('SET', key, ARGV[at + 1], 'PX', ARGV[1], 'NX')
end`;

interface Scripts {
  hubMarkSeen(keyCount: number, ...keysAndArguments: (string | number)[]): Promise<null>;
}

export class RedisMarks implements MarkStore {
  readonly #redis: Redis & Scripts;

  constructor(redis: Redis) {
    redis.defineCommand('hubMarkSeen', { lua: WRITE_NEW });
    // The command just defined becomes a method, which the type of Redis cannot know.
    this.#redis = redis as Redis & Scripts;
  }

  read(keys: readonly string[]): Promise<readonly (string | null)[]> {
    return this.#redis.mget(...keys);
  }

  async writeNew(marks: readonly { readonly key: string; readonly text: string }[], ttlMs: number): Promise<void> {
    const keys = marks.map(({ key }) => key);
    const texts = marks.map(({ text }) => text);
    await this.#redis.hubMarkSeen(keys.length, ...keys, ttlMs, ...texts);
  }
}

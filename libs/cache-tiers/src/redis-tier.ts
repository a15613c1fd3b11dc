import type { Redis } from 'ioredis';
import type { CacheTier, Copy, Invalidation } from './cache-tier.ts';

/** How values become text. `decode` throws on text it does not know, from another release for example: a miss. */
export interface ValueCodec<V> {
  encode(value: V): string;
  decode(text: string): V;
}

export interface RedisTierOptions<V> {
  readonly redis: Redis;
  /** Before every key; names what is kept and the release of its encoding. */
  readonly prefix: string;
  readonly codec: ValueCodec<V>;
  /** How long copies older than an invalidation are refused: longer than any load takes. */
  readonly floorTtlMs?: number;
}

/*
 * Stored are `<version>:=<text>` for a value, `<version>:-` for what does not exist, and `<version>:` for what an
 * invalidation leaves: a floor below which nothing is stored while it lasts. Comparing and setting is one step in
 * Redis, as two processes may do both at once.
 */
const VALUE = '=';
const ABSENT = '-';
const STORED_COPY = /^(\d+):([=-])/;

const VERSION_OF = `local function version_of(key)
  local held = redis.call('GET', key)
  return held and tonumber(string.match(held, '^(%d+):')) or -1
end`;

const SET_UNLESS_OLDER = `${VERSION_OF}
if tonumber(ARGV[1]) < version_of(KEYS[1]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1`;

const RAISE_FLOORS = `${VERSION_OF}
for at, key in ipairs(KEYS) do
  local version = ARGV[at + 1]
  if version_of(key) < tonumber(version) then redis.call('SET', key, version .. ':', 'PX', ARGV[1]) end
end`;

const KEYS_PER_CALL = 500;

interface Scripts {
  hubSetUnlessOlder(key: string, version: number, text: string, ttlMs: number): Promise<0 | 1>;
  hubRaiseFloors(keyCount: number, ...keysAndArguments: (string | number)[]): Promise<null>;
}

/** L2: one Redis or Valkey that all processes share. Rejects when it is away; a GuardedTier makes that a miss. */
export class RedisTier<V> implements CacheTier<V> {
  readonly #redis: Redis & Scripts;
  readonly #prefix: string;
  readonly #codec: ValueCodec<V>;
  readonly #floorTtlMs: number;

  constructor({ redis, prefix, codec, floorTtlMs = 30_000 }: RedisTierOptions<V>) {
    redis.defineCommand('hubSetUnlessOlder', { numberOfKeys: 1, lua: SET_UNLESS_OLDER });
    redis.defineCommand('hubRaiseFloors', { lua: RAISE_FLOORS });
    // The two commands just defined become methods, which the type of Redis cannot know.
    this.#redis = redis as Redis & Scripts;
    this.#prefix = prefix;
    this.#codec = codec;
    this.#floorTtlMs = floorTtlMs;
  }

  async get(key: string): Promise<Copy<V> | undefined> {
    const stored = await this.#redis.get(this.#prefix + key);
    return stored === null ? undefined : this.#read(stored);
  }

  async set(key: string, { version, value }: Copy<V>, ttlMs: number): Promise<boolean> {
    const text = value === null ? ABSENT : VALUE + this.#codec.encode(value);
    return (await this.#redis.hubSetUnlessOlder(this.#prefix + key, version, text, Math.ceil(ttlMs))) === 1;
  }

  async invalidate(changes: readonly Invalidation[]): Promise<void> {
    for (let from = 0; from < changes.length; from += KEYS_PER_CALL) {
      const some = changes.slice(from, from + KEYS_PER_CALL);
      const keys = some.map(({ key }) => this.#prefix + key);
      const versions = some.map(({ version }) => version);
      await this.#redis.hubRaiseFloors(keys.length, ...keys, this.#floorTtlMs, ...versions);
    }
  }

  #read(stored: string): Copy<V> | undefined {
    const [head, digits, kind] = STORED_COPY.exec(stored) ?? [];
    if (head === undefined) return undefined;
    const version = Number(digits);
    if (kind === ABSENT) return { version, value: null };
    try {
      return { version, value: this.#codec.decode(stored.slice(head.length)) };
    } catch {
      return undefined; // Written by another release: read it from the source again.
    }
  }
}

import { execFileSync } from 'node:child_process';
import { mkdirSync, statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '@hub/launcher/stack';
import { request } from './inbox-state.ts';

/** Where NATS keeps its streams, of a size that can be changed while it runs. */
export interface SmallVolume {
  /** `tmpfs`: the volume itself is full. `streamLimit`: where nothing may be mounted, the stream is as large as it may be. */
  readonly kind: 'tmpfs' | 'streamLimit';
  /** Leaves `bytes` of room. */
  shrink(stack: Stack, bytes: number): Promise<void>;
  grow(stack: Stack): Promise<void>;
  unmount(): void;
}

/** Streams reserve room when they are made; nothing of it is in memory before it is written. */
const LARGE = '4g';

/** Puts the store of NATS on a volume of its own, before NATS starts. As root a tmpfs, else none. */
export function prepareVolume(stateDir: string): SmallVolume {
  const folder = join(stateDir, 'nats', 'jetstream');
  mkdirSync(folder, { recursive: true });
  return mount(folder) ? tmpfs(folder) : new StreamLimit();
}

function mount(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${LARGE}`, 'hub-drill', folder], { stdio: 'ignore' });
    return true;
  } catch {
    // Not root, or a container without the right.
    return false;
  }
}

function tmpfs(folder: string): SmallVolume {
  const resize = (size: string): void => {
    execFileSync('mount', ['-o', `remount,size=${size}`, folder]);
  };
  return {
    kind: 'tmpfs',
    shrink: async (_, bytes) => {
      const { blocks, bfree, bsize } = statfsSync(folder);
      resize(String((blocks - bfree) * bsize + bytes));
    },
    grow: async () => resize(LARGE),
    unmount: () => void execFileSync('umount', ['--lazy', folder]),
  };
}

interface StreamInfo {
  readonly config: Readonly<Record<string, unknown>>;
  readonly state: { readonly bytes: number };
}

/** INBOX refuses what is beyond its size, as it does when the volume is full. */
class StreamLimit implements SmallVolume {
  readonly kind = 'streamLimit';

  async shrink({ env }: Stack, bytes: number): Promise<void> {
    const { config, state } = (await request(env.NATS_URL, '$JS.API.STREAM.INFO.INBOX')) as StreamInfo;
    await update(env.NATS_URL, { ...config, max_bytes: state.bytes + bytes });
  }

  async grow({ env }: Stack): Promise<void> {
    const { config } = (await request(env.NATS_URL, '$JS.API.STREAM.INFO.INBOX')) as StreamInfo;
    await update(env.NATS_URL, { ...config, max_bytes: -1 });
  }

  unmount(): void {
    // Nothing was mounted.
  }
}

async function update(natsUrl: string, config: object): Promise<void> {
  const answer = (await request(natsUrl, '$JS.API.STREAM.UPDATE.INBOX', JSON.stringify(config))) as { error?: object };
  if (answer.error !== undefined) throw new Error(`NATS did not resize INBOX: ${JSON.stringify(answer.error)}`);
}

import { INBOX, webhookStored } from '@hub/contracts';
import type { Stack } from '@hub/launcher/stack';
import { rssBytesOf } from '@hub/local-servers';
import { connectNats, type NatsConnection, streamState, tail } from '@hub/messaging/reading';
import { processTree } from './cpu-time.ts';
import { boundOf, type Buckets, bucketsOf, difference } from './histogram.ts';
import { rounded } from './percentile.ts';
import type { Receiver, Stored } from './receiver.ts';

const SIGNATURE_METRIC = 'gateway_signature_seconds';

/** The gateway of a stack, with a reader of its stream and of its metrics beside it. */
export interface OurGateway extends Receiver {
  /** Of all its processes. */
  residentMb(): Promise<number>;
  /** Times of all signature checks so far. */
  signatureChecks(): Promise<Buckets>;
}

export async function ourGateway(stack: Stack): Promise<OurGateway> {
  const nats = await connectNats({ servers: stack.env.NATS_URL, name: 'bench' });
  const url = new URL(stack.urls.webhook.replace('localhost', '127.0.0.1'));
  let seen = (await streamState(nats, INBOX)).lastSequence;
  return {
    name: 'gateway',
    url: url.href,
    pids: () => ({ receiver: stack.pid('gateway') ?? 0, store: stack.pid('nats') ?? 0 }),
    check: async (accepted) => {
      const { lastSequence } = await streamState(nats, INBOX);
      const stored = await look(nats, seen, lastSequence, accepted);
      seen = lastSequence;
      return stored;
    },
    residentMb: () => residentMb(processTree(stack.pid('gateway') ?? 0)),
    signatureChecks: async () => bucketsOf(await (await fetch(new URL('/metrics', url))).text(), SIGNATURE_METRIC),
    stop: () => nats.close(),
  };
}

async function residentMb(pids: readonly number[]): Promise<number> {
  const bytes = await Promise.all(pids.map(rssBytesOf));
  return rounded(bytes.reduce<number>((sum, one) => sum + (one ?? 0), 0) / 2 ** 20, 0);
}

/** Percentiles of the checks made between two looks, in ms; null when the gateway told none. */
export function signatureMs(earlier: Buckets, later: Buckets): { p50: number; p99: number } | null {
  const checks = difference(later, earlier);
  if (checks.size === 0) return null;
  return { p50: boundOf(checks, 0.5) * 1_000, p99: boundOf(checks, 0.99) * 1_000 };
}

async function look(nats: NatsConnection, after: number, upTo: number, accepted: readonly string[]): Promise<Stored> {
  const missing = new Set(accepted);
  if (upTo > after) {
    for await (const { sequence, payload } of tail(nats, webhookStored, { after })) {
      for (const { eventId } of payload) missing.delete(eventId);
      if (sequence >= upTo) break;
    }
  }
  return { lost: missing.size, writes: upTo - after };
}

import { percentile, rounded } from '@hub/bench/percentile';
import { audit } from './audit.ts';
import type { Ack, Crm, CrmOptions } from './crm.ts';
import type { Hub } from './hub.ts';
import { isBrokenConnection } from './judge.ts';
import { waitFor } from './wait-for.ts';

export interface TrialOptions {
  readonly name: string;
  readonly seed: number;
  /** Webhooks per second while the drill lasts; 0: the drill sends its own. */
  readonly ratePerS: number;
  /** Who sends, and which share of webhooks is delivered twice; as for every drill where left out. */
  readonly crm?: Pick<CrmOptions, 'copies' | 'tenants'>;
}

/** What a drill did, for its last line. */
export type Done = Readonly<Record<string, number | string | boolean | null>>;

/** What a drill does to the hub while webhooks come in. Whatever it broke works again when it resolves. */
export type Harm = (hub: Hub, crm: Crm) => Promise<Done>;

/** The last line of a drill. */
export interface TrialResult extends Done {
  readonly drill: string;
  readonly seed: number;
  readonly acked: number;
  /** Not accepted though everything worked again and the sender kept trying. */
  readonly unacked: number;
  readonly lost: number;
  readonly appliedTwice: number;
  readonly wrongLeads: number;
  readonly outOfContract: number;
  /** Of these, connections that were refused or broke. */
  readonly refusedConnections: number;
}

const FLOWING = { what: 'webhooks to flow', timeoutMs: 30_000 };
const ACCEPT_MS = 90_000;

/**
 * Lets webhooks flow, does harm, lets them flow on until everything sent is accepted and settled, then audits.
 * A broken promise is in the result; it throws only what kept it from finding out.
 */
export async function runTrial(hub: Hub, options: TrialOptions, harm: Harm): Promise<TrialResult> {
  const { name, seed, ratePerS } = options;
  const { signal, say } = hub;
  const crm = hub.crm(seed, options.crm);
  const startedMs = performance.now();
  try {
    const stopping = new AbortController();
    const flowing = ratePerS > 0 ? crm.flow(ratePerS, stopping.signal) : Promise.resolve();
    try {
      if (ratePerS > 0) await waitFor(() => crm.acked.size >= ratePerS, { ...FLOWING, signal });
      const done = await harm(hub, crm);
      stopping.abort();
      await flowing;
      say('waiting until everything sent is accepted and settled');
      await acceptRest(hub, crm);
      await hub.drained();
      return await judgeTrial(hub, crm, { drill: name, seed, ...done }, startedMs);
    } finally {
      stopping.abort();
    }
  } finally {
    crm.close();
  }
}

/** What is left open at the deadline is in the result. */
async function acceptRest(hub: Hub, crm: Crm): Promise<void> {
  const deadlineMs = performance.now() + ACCEPT_MS;
  const settled = () => crm.open === 0 || performance.now() > deadlineMs;
  await waitFor(settled, { what: 'retries to end', timeoutMs: ACCEPT_MS * 2, signal: hub.signal });
}

async function judgeTrial(
  hub: Hub,
  crm: Crm,
  head: { readonly drill: string; readonly seed: number },
  startedMs: number,
): Promise<TrialResult> {
  const { counts } = crm;
  const found = await audit(hub.stack.env.DATABASE_URL, crm.sent, crm.acked);
  for (const [promise, ids] of Object.entries(found)) {
    if (ids.length > 0) hub.say(`${promise}: ${ids.slice(0, 20).join(' ')}${ids.length > 20 ? ' …' : ''}`);
  }
  const broken = [...counts.outOfContract];
  for (const [what, times] of broken) hub.say(`out of contract: ${what}, ${times} times`);
  return {
    ...head,
    seconds: rounded((performance.now() - startedMs) / 1_000, 0),
    sent: crm.sent.size,
    acked: crm.acked.size,
    unacked: crm.sent.size - crm.acked.size,
    retried: counts.retried,
    askedToWait: counts.askedToWait,
    refusedWhileDown: counts.refusedWhileDown,
    lost: found.lost.length,
    appliedTwice: found.appliedTwice.length,
    wrongLeads: found.wrongLeads.length,
    outOfContract: timesOf(broken),
    refusedConnections: timesOf(broken.filter(([what]) => isBrokenConnection(what))),
  };
}

function timesOf(broken: readonly (readonly [what: string, times: number])[]): number {
  return broken.reduce((sum, [, times]) => sum + times, 0);
}

/** Whether every promise that all drills share was kept. */
export function kept(result: TrialResult): boolean {
  return [result.unacked, result.lost, result.appliedTwice, result.wrongLeads, result.outOfContract].every(
    (broken) => broken === 0,
  );
}

/** 99th percentile in ms of the acks that came between two times; null when there was none. */
export function ackP99(acks: readonly Ack[], fromMs: number, toMs = Number.POSITIVE_INFINITY): number | null {
  const taken = acks.filter(({ atMs }) => atMs >= fromMs && atMs < toMs).map(({ tookMs }) => tookMs);
  return taken.length === 0 ? null : rounded(percentile(taken, 0.99));
}

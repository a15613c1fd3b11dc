import { setTimeout as pause } from 'node:timers/promises';
import { percentile, rounded } from '@hub/bench/percentile';
import type { Ack, Crm } from './crm.ts';
import { COMMON, drill, type HubSetup } from './drill.ts';
import { Flood } from './flood.ts';
import { type Hub, TENANTS } from './hub.ts';
import { slowPacks } from './inbox-state.ts';
import { Screens } from './screens.ts';
import { type Done, runTrial, type TrialResult } from './trial.ts';

export const NOISY = 'drillNoisyHomes04';

/** What each tenant sends, and what the noisy one may. */
const SHARE_PER_S = 5;
const MORE_QUIET = [
  'drillAspenHomes05',
  'drillHazelRealty6',
  'drillElmEstates07',
  'drillLarchHouse08',
  'drillRowanGroup09',
];
const LIMITS = { [NOISY]: { ratePerS: SHARE_PER_S, burst: SHARE_PER_S } };

/** What a hub needs for this drill. */
export const NOISY_SETUP = {
  moreTenants: [NOISY],
  extraEnv: { TENANT_LIMITS: JSON.stringify(LIMITS) },
} as const satisfies HubSetup;

/** Most by which another tenant's 99th percentile may move, in percent. */
const MOST_MOVED_PCT = 20;

export interface NoisyTenantOptions {
  readonly seed: number;
  /** How many times its share the noisy tenant sends. */
  readonly times: number;
  readonly rounds: number;
  /** Of each stretch, without and with the noisy tenant. */
  readonly seconds: number;
}

interface Stretch {
  readonly isNoisy: boolean;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Watches tenants as their pages do. */
type Watch = (hub: Hub, tenants: readonly string[]) => Promise<Pick<Screens, 'shownAtMs' | 'close'>>;

const WATCH_NOBODY: Watch = () => Promise.resolve({ shownAtMs: new Map(), close: () => undefined });

/**
 * Several tenants keep to their share. In every other stretch one sends many times its own. What the others see with and
 * without it is compared over stretches that alternate, so that whatever else the machine does falls on both alike.
 */
export function runNoisyTenant(
  hub: Hub,
  options: NoisyTenantOptions,
  tenants: readonly string[] = TENANTS,
  watch: Watch = WATCH_NOBODY,
): Promise<TrialResult> {
  const { seed } = options;
  return runTrial(hub, { name: 'noisy-tenant', seed, ratePerS: 0, crm: { tenants } }, async (_, crm) => {
    const slowBefore = await slowPacks(hub.stack.env.NATS_URL);
    const screens = await watch(hub, tenants);
    try {
      const sentAtMs = new Map<string, number>();
      const sent = (eventId: string, atMs: number) => sentAtMs.set(eventId, atMs);
      const stretches = await alternate(hub, crm, options, { tenants, sent });
      await hub.drained();
      const slowed = growth(slowBefore, await slowPacks(hub.stack.env.NATS_URL));
      return {
        ...options,
        ...ackFigures(crm.acks, stretches),
        ...shownFigures(sentAtMs, screens.shownAtMs, stretches),
        slowedOfNoisy: slowed.get(NOISY) ?? 0,
        slowedOfOthers: tenants.reduce((sum, tenant) => sum + (slowed.get(tenant) ?? 0), 0),
      };
    } finally {
      screens.close();
    }
  });
}

/** Everyone keeps to their share all the time, and every other stretch has the flood besides. */
async function alternate(
  hub: Hub,
  crm: Crm,
  { seed, times, rounds, seconds }: NoisyTenantOptions,
  quiet: { readonly tenants: readonly string[]; sent(eventId: string, intendedMs: number): void },
): Promise<Stretch[]> {
  const ending = new AbortController();
  const flowing = crm.flow(SHARE_PER_S * quiet.tenants.length, ending.signal, (intendedMs) => {
    const letter = crm.next();
    quiet.sent(letter.eventId, intendedMs);
    return letter;
  });
  const flood = new Flood(hub, NOISY, seed + 1);
  const stretches: Stretch[] = [];
  try {
    for (const isNoisy of Array.from({ length: rounds }, () => [false, true]).flat()) {
      // What the last stretch left behind is not to be counted against this one.
      await hub.drained();
      hub.say(isNoisy ? `one tenant sends ${times} times its share` : 'everyone keeps to their share');
      const fromMs = performance.now();
      const flooded = isNoisy ? flood.flow(SHARE_PER_S * times, seconds * 1_000) : null;
      await Promise.all([pause(seconds * 1_000, undefined, { signal: hub.signal }), flooded]);
      stretches.push({ isNoisy, fromMs, toMs: performance.now() });
    }
    crm.takeOver(await flood.end());
  } finally {
    await flood.stop();
    ending.abort();
    await flowing;
  }
  return stretches;
}

/** How long the answers took to webhooks of tenants that keep to their share. */
function ackFigures(acks: readonly Ack[], stretches: readonly Stretch[]): Done {
  const took = acks.map(({ atMs, tookMs }) => ({ sentAtMs: atMs - tookMs, tookMs }));
  const [quietAckP99Ms, noisyAckP99Ms] = p99OfEach(took, stretches);
  return { quietAckP99Ms, noisyAckP99Ms, ackMovedPct: movedPct(quietAckP99Ms, noisyAckP99Ms) };
}

/** How long it took until a screen showed them; nothing where nobody watched. */
function shownFigures(
  sentAtMs: ReadonlyMap<string, number>,
  shownAtMs: ReadonlyMap<string, number>,
  stretches: readonly Stretch[],
): Done {
  const took = [...shownAtMs].flatMap(([eventId, atMs]) => {
    const sentMs = sentAtMs.get(eventId);
    return sentMs === undefined ? [] : [{ sentAtMs: sentMs, tookMs: atMs - sentMs }];
  });
  const [quietAppliedP99Ms, noisyAppliedP99Ms] = p99OfEach(took, stretches);
  return {
    shown: took.length,
    quietAppliedP99Ms,
    noisyAppliedP99Ms,
    appliedMovedPct: movedPct(quietAppliedP99Ms, noisyAppliedP99Ms),
  };
}

/** Without and with the noisy tenant, over all stretches of each kind; null when nothing was seen. */
function p99OfEach(
  took: readonly { readonly sentAtMs: number; readonly tookMs: number }[],
  stretches: readonly Stretch[],
): readonly [number | null, number | null] {
  const p99 = (wanted: boolean): number | null => {
    const within = stretches.filter(({ isNoisy }) => isNoisy === wanted);
    const values = took
      .filter(({ sentAtMs }) => within.some(({ fromMs, toMs }) => sentAtMs >= fromMs && sentAtMs < toMs))
      .map(({ tookMs }) => tookMs);
    return values.length === 0 ? null : rounded(percentile(values, 0.99), 2);
  };
  return [p99(false), p99(true)];
}

function movedPct(without: number | null, withNoise: number | null): number | null {
  return without === null || withNoise === null ? null : rounded((withNoise / without - 1) * 100);
}

/** What each tenant has more than before. */
function growth(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Map<string, number> {
  return new Map([...after].map(([tenant, packs]) => [tenant, packs - (before.get(tenant) ?? 0)]));
}

function onlyNoisyWasSlowed({ slowedOfNoisy, slowedOfOthers }: TrialResult): boolean {
  return Number(slowedOfNoisy) > 0 && slowedOfOthers === 0;
}

function movedLittle({ ackMovedPct, appliedMovedPct }: TrialResult): boolean {
  return Number(ackMovedPct) <= MOST_MOVED_PCT && Number(appliedMovedPct) <= MOST_MOVED_PCT;
}

export const noisyTenant = drill({
  name: 'noisy-tenant',
  hub: { ...NOISY_SETUP, moreTenants: [...NOISY_SETUP.moreTenants, ...MORE_QUIET] },
  options: {
    seed: COMMON.seed,
    times: { default: 100, min: 2, max: 1_000, whole: true, about: 'how many times its share the noisy tenant sends' },
    rounds: { default: 6, min: 1, max: 1_000, whole: true, about: 'stretches without the noisy tenant, and with it' },
    seconds: { default: 10, min: 1, max: 600, about: 'length of each stretch' },
  },
  run: (hub, options) =>
    runNoisyTenant(hub, options, [...TENANTS, ...MORE_QUIET], (open, tenants) => Screens.open(open, tenants)),
  kept: (result) => onlyNoisyWasSlowed(result) && movedLittle(result),
});

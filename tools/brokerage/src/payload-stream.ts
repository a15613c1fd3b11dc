import { type Clock } from './clock.ts';
import { NO_FAULTS } from './deliveries.ts';
import { Random } from './random.ts';
import { DAY_MS } from './rates.ts';
import { simulate } from './simulate.ts';
import type { Payload, SimulatedWebhook } from './world.ts';

export interface LoadWebhook {
  readonly tenantId: string;
  readonly eventId: string;
  /** Unsigned. */
  readonly body: Buffer;
}

export interface PayloadStream {
  /** The next webhook; everything in it happened at `nowMs` (epoch ms). */
  next(nowMs: number): LoadWebhook;
}

/**
 * An endless stream of webhooks for load tests, cheap enough for one core to make over 100,000 a second. The mix and the
 * shapes are those of a simulated brokerage, less what names no lead, what ends one and reports of mails; ids, tenants and times are put
 * into ready-made texts. Each lead belongs to one tenant; `contacts` is how many there are in all.
 */
export function payloadStream(
  seed: number,
  tenantIds: readonly string[],
  { contacts = 2000 }: { readonly contacts?: number } = {},
): PayloadStream {
  const random = new Random(`load ${seed}`);
  const templates = templatesOf(seed);
  const pool = Array.from({ length: contacts }, () => ({ leadId: random.id(), tenantId: random.pick(tenantIds) }));
  return {
    next: (nowMs) => {
      const { leadId, tenantId } = random.pick(pool);
      const eventId = random.uuid();
      const fillings: Fillings = { leadId, tenantId, eventId, time: new Date(nowMs).toISOString() };
      return { tenantId, eventId, body: Buffer.from(fill(random.pick(templates), fillings)) };
    },
  };
}

/** The webhook that makes a location known to the hub. */
export function installOf(tenantId: string, nowMs: number): Payload {
  return {
    type: 'INSTALL',
    appId: 'loadTestApp',
    versionId: 'loadTestApp',
    installType: 'Location',
    locationId: tenantId,
    companyId: `${tenantId}Company`,
    companyName: tenantId,
    timestamp: new Date(nowMs).toISOString(),
    webhookId: `install-${tenantId}-${nowMs}`,
  };
}

type Slot = 'tenantId' | 'leadId' | 'eventId' | 'time';
type Fillings = Readonly<Record<Slot, string>>;
/** Text and slots in turn, beginning and ending with text. */
interface Template {
  readonly texts: readonly string[];
  readonly slots: readonly Slot[];
}

const TEMPLATE_DAYS = 30;
const TEMPLATE_LEADS_PER_DAY = 5;
/** Every time of the templates, so that it can be found and replaced. */
const SOME_TIME_MS = Date.UTC(2001, 1, 3, 4, 5, 6, 789);
/** What ends a lead, and what tells its time as a number, which is no text to be replaced. */
const LEFT_OUT: ReadonlySet<string> = new Set(['ContactDelete', 'ContactDndUpdate', 'LCEmailStats']);
const stopped: Clock = () => SOME_TIME_MS;

function templatesOf(seed: number): readonly Template[] {
  const events = simulate({
    seed,
    tenants: 1,
    startMs: 0,
    endMs: TEMPLATE_DAYS * DAY_MS,
    leadsPerDay: TEMPLATE_LEADS_PER_DAY,
    clock: stopped,
    faults: NO_FAULTS,
  });
  return [...events].filter(({ leadId, type }) => leadId !== null && !LEFT_OUT.has(type)).map(templateOf);
}

function templateOf({ tenantId, leadId, webhookId, payload }: SimulatedWebhook): Template {
  const slotOf = new Map<string, Slot>([
    [tenantId, 'tenantId'],
    [leadId ?? '', 'leadId'],
    [webhookId, 'eventId'],
    [new Date(SOME_TIME_MS).toISOString(), 'time'],
  ]);
  const pieces = JSON.stringify(payload).split(new RegExp(`(?<=")(${[...slotOf.keys()].join('|')})(?=")`));
  const isSlot = (piece: string): boolean => slotOf.has(piece);
  return {
    texts: pieces.filter((piece) => !isSlot(piece)),
    slots: pieces.map((piece) => slotOf.get(piece)).filter((slot) => slot !== undefined),
  };
}

function fill({ texts, slots }: Template, fillings: Fillings): string {
  let body = texts[0] ?? '';
  slots.forEach((slot, index) => {
    body += fillings[slot] + (texts[index + 1] ?? '');
  });
  return body;
}

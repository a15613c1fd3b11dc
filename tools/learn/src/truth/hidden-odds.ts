import { type Arrival, futureOf } from '@hub/brokerage';
import type { LeadEvent } from '@hub/contracts';
import { normalise } from '@hub/crm-ghl';
import { CONVERSION_DAYS, labelAt, type LabelledModel, type Moment, phaseOf } from '@hub/intelligence';

const DAY_MS = 86_400_000;
/** Both windows of a label can be one after the other: ours to reach out, theirs to answer. */
const WINDOWS = 2;
/** Where the question arises in fewer futures than this, no odds are told from them. */
const FEWEST_KNOWN = 10;

/** What the simulated world itself gives for a lead at a moment; null where its futures do not tell. */
export type HiddenOdds = Readonly<Record<LabelledModel, number | null>>;

/**
 * The odds that nobody can know: the share of a lead's possible futures in which it comes true. The futures go on from
 * what the lead and its agent are like and from what has happened; each is a fair draw, so the share of `futures` of them
 * is off by √(p (1 - p) / futures), one standard deviation.
 */
export function hiddenOdds(arrival: Arrival, moment: Moment, futures: number): HiddenOdds {
  const days = Math.max(CONVERSION_DAYS, WINDOWS * phaseOf(moment.state, moment.atMs).silenceDays);
  const untilMs = moment.atMs + days * DAY_MS;
  const counts = { conversion: { known: 0, positive: 0 }, goingCold: { known: 0, positive: 0 } };
  for (let index = 0; index < futures; index += 1) {
    const later = eventsOf(arrival, { fromMs: moment.atMs, untilMs, seed: `${moment.atMs}/${index}` });
    const deletion = later.find(({ type }) => type === 'lead.deleted');
    const imagined: Moment = { ...moment, later, observedUntilMs: deletion?.atMs ?? untilMs };
    for (const model of ['conversion', 'goingCold'] as const) {
      const label = labelAt(model, imagined);
      if (label.kind !== 'known') continue;
      counts[model].known += 1;
      counts[model].positive += label.value;
    }
  }
  const share = ({ known, positive }: { known: number; positive: number }): number | null =>
    known < Math.min(FEWEST_KNOWN, futures) ? null : positive / known;
  return { conversion: share(counts.conversion), goingCold: share(counts.goingCold) };
}

/** Webhooks of other kinds say nothing that a label looks at, and reading them would take most of the time. */
const LABELS_LOOK_AT: ReadonlySet<string> = new Set([
  'InboundMessage',
  'OutboundMessage',
  'AppointmentCreate',
  'AppointmentUpdate',
  'ContactDndUpdate',
  'ContactDelete',
]);

function eventsOf(arrival: Arrival, future: Parameters<typeof futureOf>[1]): readonly LeadEvent[] {
  return futureOf(arrival, future)
    .filter(({ type }) => LABELS_LOOK_AT.has(type))
    .flatMap(({ webhookId, tenantId, payload, atMs }) => {
      const body = Buffer.from(JSON.stringify(payload));
      const read = normalise({ eventId: webhookId, tenantId, body, receivedAtMs: atMs });
      return read.kind === 'lead' ? read.events : [];
    })
    .filter(({ atMs }) => atMs > future.fromMs);
}

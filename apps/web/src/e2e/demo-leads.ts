import type { Band, ExplainedScore, LeadEvent, LeadProfile, Reason, ScoredLead } from '@hub/contracts';
import { eventsBehindEach } from '@hub/intelligence/events-behind';
import { sigmoid } from '../words/odds.ts';

/** A lead as the fake services know it. */
export interface DemoLead {
  readonly profile: LeadProfile;
  readonly timeline: readonly {
    readonly eventId: string;
    readonly type: string;
    readonly atMs: number;
    readonly receivedAtMs: number;
    readonly events: readonly LeadEvent[];
    readonly body: unknown;
  }[];
}

const FIRST =
  'Dana Lee Omar Priya Marta Jonas Aisha Tomás Ingrid Kofi Mei Luca Noor Hana Pavel Zoe Ravi Elif Bruno Nia'.split(' ');
const LAST =
  'Ruiz Chan Haddad Natarajan Kowalska Weber Bello Núñez Larsen Mensah Tanaka Ricci Aziz Kim Novak Hart Iyer Demir Costa Okafor'.split(
    ' ',
  );

const PRIOR: ExplainedScore['model'] = { kind: 'prior', version: null, hash: 'd1e5'.repeat(16), learned: null };

const CONVERSION_BASE = -2.944;
const COLD_BASE = -0.7;
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** `count` leads of a made-up brokerage: few hot, some warm, some slipping away, some nobody knows enough about. */
export function demoLeads(tenantId: string, count: number, nowMs: number): DemoLead[] {
  const random = seeded(7);
  return Array.from({ length: count }, (_, index) => demoLead(tenantId, index, nowMs, random));
}

/** The row of a lead, as it goes over the stream. */
export function rowOf({ profile }: DemoLead): ScoredLead {
  const { tenantId: _t, firstSeenAtMs: _f, eventCount: _e, assignedTo: _a, source: _s, ...row } = profile;
  const { logit, probability, reasons } = profile.conversion;
  return {
    ...row,
    conversion: { logit, probability },
    goingCold: { logit: profile.goingCold.logit, probability: profile.goingCold.probability },
    match: null,
    reasons: reasons.slice(0, 3),
    eventIds: [],
    traceparent: null,
  };
}

/** The same lead after one more decision, in which one more reason moved its odds. */
export function rescored(lead: DemoLead, contribution: number, nowMs: number): DemoLead {
  const { profile } = lead;
  const kept = profile.conversion.reasons.filter(({ feature }) => feature !== 'leadActs1d');
  const conversion = explained(CONVERSION_BASE, [{ feature: 'leadActs1d', value: 2, contribution }, ...kept]);
  return {
    ...lead,
    profile: {
      ...profile,
      version: profile.version + 1,
      scoredAtMs: nowMs,
      lastTouchAtMs: nowMs,
      lastTouchType: 'message',
      conversion,
      band: bandOf(conversion.probability),
      sparkline: [...profile.sparkline.slice(-15), conversion.probability],
    },
  };
}

/** The same lead after a decision of learned models, one in each slot, whose range of odds is wide. */
export function learnedOn(lead: DemoLead): DemoLead {
  const { profile } = lead;
  const learned = {
    leads: 12_430,
    untilMs: Date.UTC(2026, 9, 3, 12),
    checkedLeads: 2_310,
    checkedUntilMs: Date.UTC(2026, 10, 24, 12),
  };
  const model = { kind: 'learned', version: 'conversion-7', hash: '3f9a02bc'.repeat(8), learned } as const;
  const pair = { feature: 'attempts × twoWay', value: null, contribution: -0.5, values: [3, 1] };
  const conversion = explained(CONVERSION_BASE, [
    pair,
    { feature: 'calibration', value: null, contribution: 1.25 },
    { feature: 'attempts', value: 3, contribution: 0.1 },
  ]);
  return {
    ...lead,
    profile: {
      ...profile,
      version: profile.version + 1,
      conversion: { ...conversion, model, range: { low: 0.03, high: 0.31 } },
      match: { ...explained(0, [{ feature: 'opportunityValue', value: 5.7, contribution: 0.4 }]), model },
      band: bandOf(conversion.probability),
      modelKind: 'learned',
    },
  };
}

/** What the API tells of a lead's reasons, as far as the page reads it. */
export function reasonsOf({ profile, timeline }: DemoLead): unknown {
  const events = timeline.flatMap((entry) => entry.events.map((event) => ({ ...event, eventId: entry.eventId })));
  const byId = new Map(events.map((event) => [event.id, event]));
  const told = ({ reasons }: ExplainedScore): unknown => {
    const terms = reasons.map(({ feature }) => feature);
    const behind = eventsBehindEach(terms, events, profile.scoredAtMs);
    const withEvents = reasons.map((reason) => ({
      ...reason,
      events: (behind.get(reason.feature) ?? []).map((id) => byId.get(id)),
    }));
    return {
      raising: withEvents.filter(({ contribution }) => contribution > 0),
      lowering: withEvents.filter(({ contribution }) => contribution < 0),
    };
  };
  return {
    version: profile.version,
    conversion: told(profile.conversion),
    goingCold: told(profile.goingCold),
    match: profile.match === null ? null : told(profile.match),
  };
}

function demoLead(tenantId: string, index: number, nowMs: number, random: () => number): DemoLead {
  const leadId = `lead${String(index).padStart(5, '0')}`;
  const name = `${pick(FIRST, index)} ${pick(LAST, index * 7 + Math.floor(index / FIRST.length))}`;
  const thin = index % 9 === 8;
  const heat = thin ? 0 : random() ** 3;
  const silentDays = thin ? null : random() < 0.3 ? 4 + random() * 20 : random() * 3;
  const stage = thin ? null : pick([null, 'open', 'open', null, 'open', 'lost', null], index);
  const conversion = explained(CONVERSION_BASE, thin ? [] : conversionReasons(heat, silentDays ?? 0, random));
  const goingCold = explained(COLD_BASE, thin ? [] : coldReasons(heat, silentDays ?? 0));
  const touchedMs = silentDays === null ? null : Math.round(nowMs - silentDays * DAY_MS - random() * 40 * MINUTE_MS);
  const timeline = demoTimeline(leadId, name, touchedMs ?? nowMs - 3 * DAY_MS, thin ? 1 : 3 + Math.floor(heat * 6));
  return {
    timeline,
    profile: {
      tenantId,
      leadId,
      name,
      version: 1 + Math.floor(random() * 30),
      scoredAtMs: nowMs - 5 * MINUTE_MS,
      conversion,
      goingCold,
      match: null,
      isOpen: stage !== 'lost',
      band: thin ? 'unknown' : bandOf(conversion.probability),
      thinEvidence: thin ? 'neverActed' : null,
      lastTouchAtMs: touchedMs,
      lastTouchType: touchedMs === null ? null : pick(['message', 'call', 'appointment.kept', 'voicemail'], index),
      stage,
      sparkline: thin ? [] : walkTo(conversion.probability, random),
      modelHash: 'd1e5'.repeat(16),
      modelKind: 'prior',
      servedBy: 'onnx',
      firstSeenAtMs: nowMs - Math.round((10 + random() * 200) * DAY_MS),
      eventCount: timeline.length,
      assignedTo: thin ? null : pick(['Jo Reyes', 'Sam Ito', 'Ana Lind'], index),
      source: pick(['Website form', 'Portal enquiry', 'Referral', 'Open house'], index),
    },
  };
}

function conversionReasons(heat: number, silentDays: number, random: () => number): Reason[] {
  const acts = Math.round(heat * 4 + random());
  const talked = heat + random() * 0.4 > 0.4;
  const booked = heat > 0.72;
  const waits = random() < heat * 0.6;
  return [
    { feature: 'leadActs7d', value: acts, contribution: acts * 0.1853 - 0.2107 },
    { feature: 'twoWay', value: Number(talked), contribution: talked ? 0.3004 : -0.2507 },
    { feature: 'replyMinutes', value: 2 + (1 - heat) * 240 * random(), contribution: heat * 0.4333 - 0.1 },
    { feature: 'appointmentsOpen', value: Number(booked), contribution: booked ? 0.5126 : 0 },
    { feature: 'weOweHours', value: waits ? 1 + random() * 20 : null, contribution: waits ? 0.3517 : 0 },
    { feature: 'daysSinceSign', value: silentDays, contribution: 0.2055 - silentDays * 0.0311 },
    { feature: 'attempts', value: 1 + Math.round((1 - heat) * 3), contribution: -(1 - heat) * 0.2719 },
    { feature: 'opportunityValue', value: null, contribution: -0.0504 * random() },
    { feature: 'handOffs', value: 0, contribution: 0.0017 },
  ].filter(({ contribution }) => contribution !== 0);
}

function coldReasons(heat: number, silentDays: number): Reason[] {
  return [
    { feature: 'silenceShare', value: silentDays / 7, contribution: Math.min(1.3, silentDays * 0.1177) - 0.2 },
    { feature: 'daysSinceSign', value: silentDays, contribution: Math.min(0.2, silentDays * 0.0713 - 0.4041) },
    { feature: 'leadActsDecayed', value: heat * 4, contribution: -heat * 0.4004 },
    { feature: 'twoWay', value: Number(heat > 0.25), contribution: heat > 0.25 ? -0.15 : 0 },
  ].filter(({ contribution }) => contribution !== 0);
}

function explained(intercept: number, unsorted: readonly Reason[]): LeadProfile['conversion'] {
  const reasons = unsorted.toSorted((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const logit = reasons.reduce((sum, { contribution }) => sum + contribution, intercept);
  return { intercept, logit, probability: sigmoid(logit), reasons, model: PRIOR };
}

function bandOf(probability: number): Band {
  return probability >= 0.15 ? 'hot' : probability >= 0.06 ? 'warm' : 'cool';
}

function walkTo(end: number, random: () => number): number[] {
  const points = [end];
  for (let step = 0; step < 11; step += 1) {
    points.unshift(Math.max(0.005, (points[0] ?? end) * (0.82 + random() * 0.28)));
  }
  return points;
}

type Step = readonly [
  webhook: string,
  type: LeadEvent['type'],
  actor: LeadEvent['actor'],
  channel: string | null,
  text: string,
];

const STEPS: readonly Step[] = [
  ['InboundMessage', 'message', 'lead', 'sms', 'Yes, Saturday works. Is the garden shared?'],
  ['OutboundMessage', 'message', 'agent', 'sms', 'Would Saturday at 11 suit you for a viewing?'],
  ['InboundMessage', 'call', 'lead', 'call', ''],
  ['AppointmentCreate', 'appointment.booked', 'agent', null, ''],
  ['LCEmailStats', 'email.opened', 'system', 'email', ''],
  ['OutboundMessage', 'message', 'system', 'email', 'Three homes like the one you liked'],
  ['OpportunityStageUpdate', 'opportunity.stage', 'agent', null, ''],
  ['InboundMessage', 'message', 'lead', 'email', 'Could you send me the floor plan?'],
  ['ContactCreate', 'lead.created', 'system', null, ''],
];

function demoTimeline(leadId: string, name: string, lastMs: number, count: number): DemoLead['timeline'] {
  return STEPS.slice(-count).map(([webhook, type, actor, channel, text], index) => {
    const atMs = Math.round(lastMs - index * 7.3 * 60 * MINUTE_MS - index * index * 37 * MINUTE_MS);
    const eventId = `${leadId}-e${index}`;
    const event: LeadEvent = {
      id: `${eventId}#0`,
      leadId,
      atMs,
      type,
      actor,
      direction: actor === 'lead' ? 'in' : 'out',
      channel,
      stage: null,
      value: type === 'call' ? 260 : null,
      subjectId: null,
    };
    return {
      eventId,
      type: webhook,
      atMs,
      receivedAtMs: atMs + 900,
      events: [event],
      body: {
        type: webhook,
        locationId: 'maple',
        webhookId: eventId,
        contactId: leadId,
        fullName: name,
        ...(text !== '' && { body: text }),
        dateAdded: new Date(atMs).toISOString(),
      },
    };
  });
}

function pick<T>(values: readonly T[], index: number): T {
  const value = values[index % values.length];
  if (value === undefined) throw new RangeError('nothing to pick from');
  return value;
}

/** Mulberry32: the same leads in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

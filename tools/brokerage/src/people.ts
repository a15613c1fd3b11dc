import type { Random } from './random.ts';
import { DILIGENCE, MINUTE_MS, type Phase, PHASES, type Source, SOURCES } from './rates.ts';
import { type Person, person } from './words.ts';

/** A location on GHL, and the company that installed the app in it. */
export interface Tenant {
  readonly id: string;
  readonly name: string;
  readonly companyId: string;
  /** Hours from UTC; the simulated world has no summer time. */
  readonly utcOffsetHours: number;
  readonly agents: readonly Agent[];
  /** Ids of the stages of its pipeline, in the order of STAGES. */
  readonly pipelineId: string;
  readonly stageIds: readonly string[];
  readonly calendarId: string;
  readonly campaignId: string;
  readonly autoReplies: boolean;
  /** Its share of all new leads. */
  readonly share: number;
}

/** What an agent is like; it never changes. */
export interface Agent {
  readonly id: string;
  readonly person: Person;
  /** Chance to answer a fresh enquiry in person at all. */
  readonly diligence: number;
  readonly medianAnswerMs: number;
  /** Local hours. */
  readonly worksFrom: number;
  readonly worksUntil: number;
  /** Day of the week (0 = Sunday) without work. */
  readonly dayOff: number;
  /** How many unanswered follow-ups before giving a lead up. */
  readonly persistence: number;
  readonly callShare: number;
}

/** A lead with what nobody can see, and what the CRM holds by now. */
export interface Lead {
  readonly id: string;
  readonly tenant: Tenant;
  readonly random: Random;
  readonly person: Person;
  readonly source: Source;
  readonly phase: Phase;
  /** How badly they want to move, 0 to 1. */
  readonly intent: number;
  readonly agent: Agent;
  readonly conversationId: string;
  readonly opportunityId: string;
  readonly createdAtMs: number;
  readonly tags: string[];
  assigned: boolean;
  value: number;
  stage: number;
  status: 'open' | 'won' | 'lost' | 'abandoned';
  unread: number;
  /** First human answer, and first word of the lead after it; null until then. Virtual ms. */
  answeredAtMs: number | null;
  talkedAtMs: number | null;
  metAtMs: number | null;
  /** Decided with the first answer: whether they will ever come to an appointment, and buy or sell. */
  meets: boolean;
  closes: boolean;
  mails: number;
  /** Attempts of the agent since the lead last said something. */
  attempts: number;
  doNotDisturb: boolean;
  /** Nothing more will come of it. */
  over: boolean;
  /** Raised with every word of the lead: follow-ups planned before it are void. */
  plan: number;
}

/** Names of the invented brokerages; the first has a fixed id, which texts may refer to. */
const BROKERAGES = [
  { id: 'demoMapleRealty01', name: 'Maple Realty', utcOffsetHours: -5, share: 3 },
  { id: 'demoHarborHomes02', name: 'Harbor & Hill Homes', utcOffsetHours: 10, share: 2 },
  { id: 'demoJuniperEstates03', name: 'Juniper Estates', utcOffsetHours: 2, share: 2 },
] as const;

export function brokerage(index: number, random: Random): Tenant {
  const known = BROKERAGES[index];
  const name = known?.name ?? `${person(random).lastName} Realty`;
  return {
    id: known?.id ?? `demoBrokerage${String(index + 1).padStart(4, '0')}`,
    name,
    companyId: random.id(),
    utcOffsetHours: known?.utcOffsetHours ?? random.int(24) - 11,
    agents: Array.from({ length: 4 + random.int(4) }, () => agent(random)),
    pipelineId: random.id(),
    stageIds: Array.from({ length: 6 }, () => random.uuid()),
    calendarId: random.id(),
    campaignId: random.id(),
    autoReplies: index % 3 !== 2,
    share: known?.share ?? 1,
  };
}

function agent(random: Random): Agent {
  const diligence = random.pick(DILIGENCE);
  return {
    id: random.id(),
    person: person(random),
    diligence,
    // The diligent are also the quick.
    medianAnswerMs: (random.between(10, 180) * MINUTE_MS) / (0.4 + diligence),
    worksFrom: random.between(7, 9.5),
    worksUntil: random.between(17, 20),
    dayOff: random.int(7),
    persistence: 1 + Math.round(6 * diligence * random.unit()),
    callShare: random.between(0.3, 0.7),
  };
}

export function newLead(tenant: Tenant, random: Random, createdAtMs: number): Lead {
  const source = random.share(SOURCES);
  return {
    id: random.id(),
    tenant,
    random,
    person: person(random),
    source,
    phase: random.share(PHASES),
    intent: random.unit() ** (source.online ? 2 : 1),
    agent: random.pick(tenant.agents),
    conversationId: random.id(),
    opportunityId: random.id(),
    createdAtMs,
    tags: [],
    assigned: random.chance(0.6),
    value: 100 * Math.round(random.logNormal(95, 0.4)),
    stage: 0,
    status: 'open',
    unread: 0,
    answeredAtMs: null,
    talkedAtMs: null,
    metAtMs: null,
    meets: false,
    closes: false,
    mails: 0,
    attempts: 0,
    doNotDisturb: false,
    over: false,
    plan: 0,
  };
}

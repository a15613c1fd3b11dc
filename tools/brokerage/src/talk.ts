import { moveTo, sendContact, sendMessage, sendNote, sendUnread, settle } from './crm.ts';
import { atWork, awake } from './hours.ts';
import type { Lead } from './people.ts';
import { DAY_MS, FOLLOW_UP_DAYS, HOUR_MS, MINUTE_MS, OPTS_OUT } from './rates.ts';
import { bookVisit } from './visits.ts';
import { ANSWERS, NOTES, REPLIES } from './words.ts';
import type { World } from './world.ts';

/** The agent tries to reach the lead: by phone, or in writing, to which an answer may come later. */
export function reach(world: World, lead: Lead): void {
  if (lead.over) return;
  const { random, agent } = lead;
  lead.attempts += 1;
  if (lead.answeredAtMs === null) {
    lead.answeredAtMs = world.nowMs;
    world.milestone(lead, 'answered');
  }
  sendUnread(world, lead, 0);
  if (random.chance(agent.callShare)) {
    if (random.chance(lead.meets ? 0.4 : 0.05 + 0.2 * lead.intent)) {
      sendCall(world, lead, 'Outbound', Math.round(random.logNormal(150, 0.8)));
      heard(world, lead);
      return;
    }
    missCall(world, lead);
  } else {
    write(world, lead);
  }
  const { nowMs } = world;
  const replies = replyChance(lead);
  world.plan(() => {
    if (!random.chance(replies)) return null;
    const atMs = awake(lead.tenant, random, nowMs + random.logNormal(50 * MINUTE_MS, 1.5));
    return { atMs, step: () => hear(world, lead) };
  });
}

/** Tries again while the lead stays silent, as long as the agent has the patience. */
export function followUp(world: World, lead: Lead): void {
  const { plan, random, agent, tenant } = lead;
  const days = FOLLOW_UP_DAYS[lead.attempts - 1];
  if (days === undefined || lead.attempts > agent.persistence) {
    drift(world, lead);
    return;
  }
  const { nowMs } = world;
  const step = (): void => {
    if (lead.plan !== plan || lead.over) return;
    reach(world, lead);
    if (lead.plan === plan) followUp(world, lead);
  };
  world.plan(() => ({
    atMs: atWork(tenant, agent, random, nowMs + days * DAY_MS * random.between(0.8, 1.2)),
    step,
  }));
}

/** The lead writes or calls. */
export function hear(world: World, lead: Lead): void {
  if (lead.over) return;
  const { random } = lead;
  if (random.chance(OPTS_OUT * (1 - lead.intent)) && !lead.meets) {
    optOut(world, lead);
    return;
  }
  if (random.chance(0.15)) {
    if (random.chance(0.5)) {
      sendCall(world, lead, 'Inbound', Math.round(random.logNormal(180, 0.8)));
      heard(world, lead);
      return;
    }
    sendMessage(world, lead, 'Inbound', 'CALL', { status: 'voicemail', callStatus: 'voicemail', attachments: ['vm'] });
  } else {
    sendMessage(world, lead, 'Inbound', lead.source.enquiry ?? 'SMS', {
      body: random.pick(REPLIES),
      status: 'delivered',
    });
  }
  sendUnread(world, lead, lead.unread + 1);
  heard(world, lead);
}

/** The lead has said something: older plans to follow up are void, and the talk goes on or falls asleep. */
function heard(world: World, lead: Lead): void {
  const { random, agent, tenant } = lead;
  lead.plan += 1;
  lead.attempts = 0;
  if (lead.answeredAtMs !== null && lead.talkedAtMs === null) {
    lead.talkedAtMs = world.nowMs;
    world.milestone(lead, 'conversation');
    moveTo(world, lead, 'Talking');
  }
  // An agent who did not answer the enquiry seldom answers the second message either.
  const answers = lead.answeredAtMs === null ? 0.4 * agent.diligence : 0.92;
  const { plan } = lead;
  const { nowMs } = world;
  const step = (): void => {
    if (!lead.over && lead.plan === plan) goOn(world, lead);
  };
  world.plan(() => {
    if (!random.chance(answers)) return null;
    return { atMs: atWork(tenant, agent, random, nowMs + random.logNormal(agent.medianAnswerMs / 4, 1.2)), step };
  });
}

function goOn(world: World, lead: Lead): void {
  const { random, plan } = lead;
  if (lead.unread > 0) reach(world, lead);
  if (random.chance(0.15)) sendNote(world, lead, random.pick(NOTES));
  if (lead.plan !== plan || lead.over) return;
  if (lead.meets && random.chance(lead.metAtMs === null ? 0.5 : 0.2)) {
    bookVisit(world, lead, () => hear(world, lead));
  } else {
    writeAgain(world, lead);
  }
  followUp(world, lead);
}

function writeAgain(world: World, lead: Lead): void {
  const { random, plan, meets, intent } = lead;
  const { nowMs } = world;
  world.plan(() => {
    if (!meets && !random.chance(0.15 + 0.4 * intent)) return null;
    const pauseMs = random.logNormal(meets ? 2 * DAY_MS : 8 * HOUR_MS, 1.2);
    return { atMs: awake(lead.tenant, random, nowMs + pauseMs), step: () => lead.plan === plan && hear(world, lead) };
  });
}

/** The agent has given up. Some leads come back by themselves, some are closed in the CRM, some just lie there. */
function drift(world: World, lead: Lead): void {
  const { random, plan } = lead;
  const { nowMs } = world;
  const returns = lead.meets ? 0.9 : 0.2 * lead.intent;
  const talked = lead.talkedAtMs !== null;
  const giveUp = (): void => {
    if (lead.plan === plan && !lead.over) settle(world, lead, talked ? 'lost' : 'abandoned');
  };
  world.plan(() => {
    if (random.chance(returns)) {
      const days = random.between(15, lead.phase.closesAfterDays / 2);
      return { atMs: nowMs + days * DAY_MS, step: () => lead.plan === plan && hear(world, lead) };
    }
    // Whoever said no is soon marked as lost; whoever never said anything stays open for long, or for ever.
    if (!random.chance(talked ? 0.85 : lead.agent.diligence)) return null;
    const days = talked ? random.between(1, 6) : random.between(25, 90);
    return { atMs: nowMs + days * DAY_MS, step: giveUp };
  });
}

function replyChance({ meets, intent, phase, attempts }: Lead): number {
  const willing = meets ? 0.8 : (0.03 + 0.22 * intent) * phase.replies;
  return willing * 0.75 ** (attempts - 1);
}

function write(world: World, lead: Lead): void {
  const { random, agent } = lead;
  const fields = { userId: agent.id, source: 'app', status: 'delivered', body: random.pick(ANSWERS) };
  sendMessage(world, lead, 'Outbound', random.chance(0.65) ? 'SMS' : 'Email', fields);
}

function sendCall(world: World, lead: Lead, way: 'Inbound' | 'Outbound', callDuration: number): void {
  const fields = { userId: lead.agent.id, status: 'completed', callStatus: 'completed', callDuration };
  sendMessage(world, lead, way, 'CALL', fields);
}

function missCall(world: World, lead: Lead): void {
  const fields = { userId: lead.agent.id, status: 'no-answer', callStatus: 'no-answer', callDuration: 0 };
  sendMessage(world, lead, 'Outbound', 'CALL', fields);
  if (lead.random.chance(0.3))
    sendMessage(world, lead, 'Outbound', 'VoiceMail', { userId: lead.agent.id, status: 'completed' });
}

function optOut(world: World, lead: Lead): void {
  sendMessage(world, lead, 'Inbound', 'SMS', { body: 'STOP', status: 'delivered' });
  lead.doNotDisturb = true;
  sendContact(world, lead, 'DndUpdate', { dndSettings: { SMS: { status: 'permanent', message: 'STOP' } } });
  world.outcome(lead, 'opted out');
}

import { moveTo, sendContact, sendMessage, sendOpportunity, sendTask, sendUnread } from './crm.ts';
import { atWork } from './hours.ts';
import { startMails } from './mails.ts';
import type { Lead } from './people.ts';
import { ANSWERS_REFERRAL, DAY_MS, HOUR_MS, MINUTE_MS, speedFactor } from './rates.ts';
import { followUp, hear, reach } from './talk.ts';
import { AUTO_REPLY, ENQUIRIES, TAGS, TASKS } from './words.ts';
import type { World } from './world.ts';

/** A lead enters the CRM: what the office's automation does at once, and whether and when a person answers. */
export function arrive(world: World, lead: Lead): void {
  const { random, agent, source } = lead;
  world.record({
    kind: 'lead',
    leadId: lead.id,
    tenantId: lead.tenant.id,
    atMs: world.epochMs(),
    source: source.name,
    online: source.online,
    intent: Number(lead.intent.toFixed(3)),
    phase: lead.phase.name,
    agentId: agent.id,
  });
  sendContact(world, lead, 'Create');
  world.after(random.between(1, 5) * 1000, () => sendOpportunity(world, lead, 'Create'));
  enquire(world, lead);
  automate(world, lead);
  startMails(world, lead);
  const { nowMs } = world;
  world.plan(() => {
    if (!random.chance(0.004)) return null;
    return { atMs: nowMs + random.between(1, 40) * DAY_MS, step: () => leave(world, lead) };
  });
  world.plan(() => {
    if (random.chance(source.name === 'Referral' ? ANSWERS_REFERRAL : agent.diligence)) {
      const readAtMs = nowMs + random.logNormal(agent.medianAnswerMs, 1.9);
      return { atMs: atWork(lead.tenant, agent, random, readAtMs), step: () => answer(world, lead) };
    }
    // Nobody calls, so the lead writes again; few do.
    if (!random.chance(0.1 * lead.intent)) return null;
    return { atMs: nowMs + random.between(4, 72) * HOUR_MS, step: () => hear(world, lead) };
  });
}

/** The first human answer. How soon it comes moves what will become of the lead. */
function answer(world: World, lead: Lead): void {
  if (lead.over) return;
  const { random, source } = lead;
  lead.meets = random.chance(source.meets * speedFactor(world.nowMs - lead.createdAtMs) * (0.6 + 0.8 * lead.intent));
  lead.closes = lead.meets && random.chance(source.closes);
  if (!lead.assigned) {
    lead.assigned = true;
    sendContact(world, lead, 'Update');
    sendOpportunity(world, lead, 'AssignedToUpdate');
  }
  reach(world, lead);
  moveTo(world, lead, 'Contacted');
  followUp(world, lead);
}

function enquire(world: World, lead: Lead): void {
  const { enquiry } = lead.source;
  if (enquiry === null) return;
  world.after(lead.random.between(5, 60) * 1000, () => {
    sendMessage(world, lead, 'Inbound', enquiry, { body: lead.random.pick(ENQUIRIES), status: 'delivered' });
    sendUnread(world, lead, 1);
  });
}

function automate(world: World, lead: Lead): void {
  const { random, tenant } = lead;
  if (tenant.autoReplies) {
    world.after(random.between(30, 120) * 1000, () =>
      sendMessage(world, lead, 'Outbound', 'SMS', { body: AUTO_REPLY, source: 'workflow', status: 'sent' }),
    );
  }
  if (random.chance(0.5)) {
    world.after(random.between(1, 20) * MINUTE_MS, () => {
      lead.tags.push(random.pick(TAGS));
      sendContact(world, lead, 'TagUpdate');
    });
  }
  if (random.chance(0.3)) {
    world.after(MINUTE_MS, () => {
      const complete = sendTask(world, lead, random.pick(TASKS));
      const doneAtMs = atWork(tenant, lead.agent, random, world.nowMs + random.between(2, 60) * HOUR_MS);
      if (random.chance(lead.agent.diligence)) world.at(doneAtMs, () => lead.over || complete());
    });
  }
}

function leave(world: World, lead: Lead): void {
  if (lead.over) return;
  sendContact(world, lead, 'Delete');
  world.outcome(lead, 'deleted');
}

import { sendContact, sendMailStats, sendMessage } from './crm.ts';
import { awake } from './hours.ts';
import type { Lead } from './people.ts';
import { DAY_MS, HOUR_MS, MAIL, MINUTE_MS } from './rates.ts';
import type { World } from './world.ts';

/** Enrols a lead in the newsletter. */
export function startMails(world: World, lead: Lead): void {
  const { random, tenant } = lead;
  if (random.chance(0.4)) {
    world.after(random.between(1, 5) * MINUTE_MS, () => {
      const dateAdded = world.iso(lead.createdAtMs);
      const fields = { id: tenant.campaignId, contactId: lead.id, status: 'active', dateAdded };
      world.send(tenant, lead.id, 'CampaignStatusUpdate', fields);
    });
  }
  world.after(random.between(2, MAIL.everyDays[0]) * DAY_MS, () => mail(world, lead));
}

function mail(world: World, lead: Lead): void {
  if (lead.over || lead.mails >= MAIL.atMost) return;
  const { random } = lead;
  lead.mails += 1;
  const sentAtMs = world.nowMs;
  const mailId = random.id();
  const say = (status: string): void =>
    sendMessage(world, lead, 'Outbound', 'Email', {
      messageId: mailId,
      emailMessageId: mailId,
      subject: 'New on the market',
      body: '<p>New on the market this month.</p>',
      contentType: 'text/html',
      to: [lead.person.email],
      source: 'campaign',
      status,
      dateAdded: world.iso(sentAtMs),
    });
  say('sent');
  world.after(random.between(2, 20) * 1000, () => arrived(world, lead, mailId, say));
  world.after(random.between(...MAIL.everyDays) * DAY_MS, () => mail(world, lead));
}

function arrived(world: World, lead: Lead, mailId: string, say: (status: string) => void): void {
  const { random, tenant } = lead;
  if (random.chance(MAIL.bounces)) {
    report(world, lead, mailId, 'failed');
    say('failed');
    lead.mails = MAIL.atMost;
    return;
  }
  report(world, lead, mailId, 'delivered');
  if (random.chance(MAIL.machineOpens)) {
    world.after(random.between(1, 15) * 1000, () => {
      report(world, lead, mailId, 'opened');
      if (random.chance(0.5)) say('opened');
    });
  }
  if (random.chance(MAIL.botClicks)) {
    // A scanner follows every link within two seconds, opening nothing.
    for (const [home, delayMs] of [300, 700, 1600].entries()) {
      world.after(delayMs, () => report(world, lead, mailId, 'clicked', home));
    }
    world.after(2000, () => say('clicked'));
  }
  if (!random.chance(MAIL.personOpens * (0.6 + lead.intent))) return;
  world.at(awake(tenant, random, world.nowMs + random.logNormal(5 * HOUR_MS, 1)), () => {
    if (!lead.over) read(world, lead, mailId, say);
  });
}

function read(world: World, lead: Lead, mailId: string, say: (status: string) => void): void {
  const { random } = lead;
  report(world, lead, mailId, 'opened');
  say('opened');
  if (random.chance(MAIL.unsubscribes)) {
    report(world, lead, mailId, 'unsubscribed');
    sendContact(world, lead, 'DndUpdate', { dndSettings: { Email: { status: 'active' } } });
    lead.mails = MAIL.atMost;
  } else if (random.chance(MAIL.personClicks)) {
    world.after(random.between(5, 60) * 1000, () => {
      report(world, lead, mailId, 'clicked', 0);
      say('clicked');
    });
  }
}

/** @param home Which of the homes in the mail was followed. */
function report(world: World, lead: Lead, id: string, event: string, home: number | null = null): void {
  const link = home === null ? {} : { url: `https://homes.example.com/${home + 1}` };
  sendMailStats(world, lead.tenant, lead.id, { event, id, recipient: lead.person.email, ...link });
}

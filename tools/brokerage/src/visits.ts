import { moveTo, sendInvoice, sendMessage, sendNote, sendOpportunity, sendVisit, settle, type Visit } from './crm.ts';
import { localHour } from './hours.ts';
import type { Lead } from './people.ts';
import { AFTER_APPOINTMENT, DAY_MS, HOUR_MS, MINUTE_MS } from './rates.ts';
import type { World } from './world.ts';

/** A viewing is booked. `talkAgain` is called some time after it was kept, missed or cancelled. */
export function bookVisit(world: World, lead: Lead, talkAgain: () => void): void {
  const { random } = lead;
  const visit: Visit = {
    id: random.id(),
    source: random.chance(0.35) ? 'booking_widget' : 'calendar',
    addedAtMs: world.nowMs,
    startMs: slot(world, lead),
    status: 'confirmed',
  };
  if (lead.stage < APPOINTMENT_STAGE) world.milestone(lead, 'appointment');
  sendVisit(world, lead, 'Create', visit);
  moveTo(world, lead, 'Appointment');
  attend(world, lead, visit, talkAgain);
}

const APPOINTMENT_STAGE = 3;

const FATES = Object.entries(AFTER_APPOINTMENT).map(([name, share]) => ({ name, share }));

function attend(world: World, lead: Lead, visit: Visit, talkAgain: () => void): void {
  const { random } = lead;
  const { startMs } = visit;
  world.plan(() => {
    const fate = random.share(FATES).name;
    if (fate === 'kept' || fate === 'missed') {
      const status = fate === 'kept' ? 'showed' : 'noshow';
      const atMs = startMs + random.between(30, 120) * MINUTE_MS;
      return { atMs, step: () => lead.over || end(world, lead, visit, status, talkAgain) };
    }
    return {
      atMs: startMs - random.between(1, 20) * HOUR_MS,
      step: () => {
        if (lead.over) return;
        if (fate === 'cancelled') end(world, lead, visit, 'cancelled', talkAgain);
        else move(world, lead, visit, talkAgain);
      },
    };
  });
  world.at(startMs - DAY_MS, () => {
    if (lead.over || world.nowMs > visit.startMs - HOUR_MS) return;
    const body = 'Reminder: your viewing is coming up.';
    sendMessage(world, lead, 'Outbound', 'SMS', { body, source: 'workflow', status: 'sent' });
  });
}

function move(world: World, lead: Lead, visit: Visit, talkAgain: () => void): void {
  visit.startMs = slot(world, lead);
  sendVisit(world, lead, 'Update', visit);
  attend(world, lead, visit, talkAgain);
}

function end(world: World, lead: Lead, visit: Visit, status: Visit['status'], talkAgain: () => void): void {
  const { random } = lead;
  visit.status = status;
  sendVisit(world, lead, 'Update', visit);
  if (status === 'showed') {
    if (random.chance(0.6)) sendNote(world, lead, 'Viewing done.');
    if (lead.metAtMs === null) met(world, lead);
    if (!lead.closes && random.chance(0.6)) lead.meets = false;
  } else if (!lead.closes && random.chance(0.5)) {
    lead.meets = false;
  }
  const { nowMs } = world;
  world.plan(() => ({ atMs: nowMs + random.logNormal(1.5 * DAY_MS, 0.8), step: talkAgain }));
}

function met(world: World, lead: Lead): void {
  const { random, phase } = lead;
  lead.metAtMs = world.nowMs;
  world.milestone(lead, 'met');
  moveTo(world, lead, 'Active');
  if (random.chance(0.4)) {
    lead.value = 100 * Math.round((lead.value / 100) * random.between(0.7, 1.5));
    sendOpportunity(world, lead, 'MonetaryValueUpdate');
  }
  if (!lead.closes) return;
  const soonestMs = world.nowMs + 21 * DAY_MS;
  world.plan(() => {
    const closesAtMs = lead.createdAtMs + random.logNormal(phase.closesAfterDays, 0.35) * DAY_MS;
    return { atMs: Math.max(closesAtMs, soonestMs), step: () => close(world, lead) };
  });
}

function close(world: World, lead: Lead): void {
  if (lead.over) return;
  const issuedAtMs = world.nowMs;
  moveTo(world, lead, 'Closing');
  sendInvoice(world, lead, 'sent', issuedAtMs);
  settle(world, lead, 'won');
  world.after(lead.random.between(1, 10) * DAY_MS, () => sendInvoice(world, lead, 'paid', issuedAtMs));
}

/** One to six days ahead, between 10 and 18 o'clock where the lead is, on the half hour. */
function slot(world: World, { tenant, random }: Lead): number {
  const day = world.nowMs + random.between(1, 6) * DAY_MS;
  const midnight = day - localHour(tenant, day) * HOUR_MS;
  return Math.round(midnight / MINUTE_MS) * MINUTE_MS + (10 + random.int(16) / 2) * HOUR_MS;
}

import type { Lead, Tenant } from './people.ts';
import { MINUTE_MS, type Stage, STAGES } from './rates.ts';
import type { Payload, World } from './world.ts';

/*
 * What is done in the CRM, one function per kind of webhook, with the fields GHL documents for it.
 */

export function installApp(world: World, tenant: Tenant): void {
  const fields = { installType: 'Location', companyId: tenant.companyId, companyName: tenant.name, trial: {} };
  world.send(tenant, null, 'AppInstall', fields, 'INSTALL');
}

export function sendUser(world: World, tenant: Tenant, agent: Lead['agent']): void {
  const { firstName, lastName, email, phone } = agent.person;
  world.send(tenant, null, 'UserCreate', { id: agent.id, firstName, lastName, email, phone, role: 'user' });
}

export function sendContact(world: World, lead: Lead, event: string, extra: Payload = {}): void {
  const { firstName, lastName, email, phone } = lead.person;
  world.send(lead.tenant, lead.id, `Contact${event}`, {
    id: lead.id,
    name: `${firstName} ${lastName}`,
    firstName,
    lastName,
    email,
    phone,
    country: 'US',
    source: lead.source.name,
    dateAdded: world.iso(lead.createdAtMs),
    dnd: lead.doNotDisturb,
    tags: [...lead.tags],
    assignedTo: lead.assigned ? lead.agent.id : null,
    customFields: [],
    attachments: [],
    ...extra,
  });
}

export function sendOpportunity(world: World, lead: Lead, event: string): void {
  const { tenant, person } = lead;
  world.send(tenant, lead.id, `Opportunity${event}`, {
    id: lead.opportunityId,
    contactId: lead.id,
    name: `${person.firstName} ${person.lastName}`,
    pipelineId: tenant.pipelineId,
    pipelineStageId: tenant.stageIds[lead.stage],
    status: lead.status,
    monetaryValue: lead.value,
    assignedTo: lead.assigned ? lead.agent.id : null,
    source: lead.source.name,
    dateAdded: world.iso(lead.createdAtMs),
  });
}

/** One move gives two webhooks, as in GHL. Leads do not go back. */
export function moveTo(world: World, lead: Lead, stage: Stage): void {
  const index = STAGES.indexOf(stage);
  if (index <= lead.stage) return;
  lead.stage = index;
  sendOpportunity(world, lead, 'StageUpdate');
  sendOpportunity(world, lead, 'Update');
}

export function settle(world: World, lead: Lead, status: 'won' | 'lost' | 'abandoned'): void {
  lead.status = status;
  sendOpportunity(world, lead, 'StatusUpdate');
  world.outcome(lead, status);
}

/** A message or call of the lead (`Inbound`) or of our side (`Outbound`). */
export function sendMessage(
  world: World,
  lead: Lead,
  way: 'Inbound' | 'Outbound',
  messageType: string,
  fields: Payload,
): void {
  world.send(lead.tenant, lead.id, `${way}Message`, {
    contactId: lead.id,
    conversationId: lead.conversationId,
    messageId: lead.random.id(),
    direction: way.toLowerCase(),
    messageType,
    dateAdded: world.iso(),
    ...(messageType !== 'CALL' && { contentType: 'text/plain' }),
    attachments: [],
    ...fields,
  });
}

export function sendUnread(world: World, lead: Lead, unreadCount: number): void {
  if (lead.unread === unreadCount) return;
  lead.unread = unreadCount;
  world.send(
    lead.tenant,
    lead.id,
    'ConversationUnreadWebhook',
    { id: lead.conversationId, contactId: lead.id, unreadCount, inbox: true, starred: false, deleted: false },
    'ConversationUnreadUpdate',
  );
}

export function sendNote(world: World, lead: Lead, body: string): void {
  const fields = { id: lead.random.id(), body, contactId: lead.id, dateAdded: world.iso() };
  world.send(lead.tenant, lead.id, 'NoteCreate', fields);
}

/** Deliveries of TaskCreate lack the contact; those of TaskComplete have it. */
export function sendTask(world: World, lead: Lead, title: string): () => void {
  const id = lead.random.id();
  const dueDate = world.iso(world.nowMs + 24 * 60 * MINUTE_MS);
  const fields = { id, title, assignedTo: lead.agent.id, dateAdded: world.iso(), dueDate };
  world.send(lead.tenant, null, 'TaskCreate', fields);
  return () => world.send(lead.tenant, lead.id, 'TaskComplete', { ...fields, contactId: lead.id, body: title });
}

export interface Visit {
  readonly id: string;
  readonly source: 'booking_widget' | 'calendar';
  readonly addedAtMs: number;
  startMs: number;
  status: 'confirmed' | 'showed' | 'noshow' | 'cancelled';
}

export function sendVisit(world: World, lead: Lead, event: 'Create' | 'Update', visit: Visit): void {
  world.send(lead.tenant, lead.id, `Appointment${event}`, {
    appointment: {
      id: visit.id,
      title: 'Viewing',
      calendarId: lead.tenant.calendarId,
      contactId: lead.id,
      appointmentStatus: visit.status,
      assignedUserId: lead.agent.id,
      users: [lead.agent.id],
      source: visit.source,
      startTime: world.iso(visit.startMs),
      endTime: world.iso(visit.startMs + 45 * MINUTE_MS),
      dateAdded: world.iso(visit.addedAtMs),
      dateUpdated: world.iso(),
    },
  });
}

/** A report of the mail system about one email. */
export interface MailReport {
  readonly event: string;
  readonly id: string;
  readonly recipient: string;
  /** Of a click. */
  readonly url?: string;
}

/**
 * Sends a report of the mail system: it names the address, and the contact only where the mail carried its id in a
 * variable, as those to leads do.
 */
export function sendMailStats(world: World, tenant: Tenant, leadId: string | null, report: MailReport): void {
  const webhookPayload = {
    ...report,
    timestamp: Math.round(world.epochMs() / 1000),
    tags: ['et_bulk'],
    ...(leadId !== null && { 'user-variables': { contact_id: leadId } }),
  };
  world.send(tenant, leadId, 'LCEmailStats', { companyId: tenant.companyId, webhookPayload });
}

/** The fee of a closing. GHL sends invoices without `type`, and the location as `altId`. */
export function sendInvoice(world: World, lead: Lead, status: 'sent' | 'paid', issuedAtMs: number): void {
  const name = `${lead.person.firstName} ${lead.person.lastName}`;
  const [type, amountPaid] = status === 'sent' ? ['InvoiceSent', 0] : ['InvoicePaid', lead.value];
  const fields = {
    _id: lead.opportunityId.toLowerCase(),
    altId: lead.tenant.id,
    altType: 'location',
    status,
    liveMode: true,
    invoiceNumber: String(lead.value),
    name: 'Commission',
    title: 'INVOICE',
    currency: 'USD',
    total: lead.value,
    amountPaid,
    amountDue: lead.value - amountPaid,
    contactDetails: { id: lead.id, name, email: lead.person.email },
    invoiceItems: [],
    issueDate: world.iso(issuedAtMs).slice(0, 10),
    createdAt: world.iso(issuedAtMs),
    updatedAt: world.iso(),
  };
  world.send(lead.tenant, lead.id, type, fields, null);
}

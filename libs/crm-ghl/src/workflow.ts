import { leadEventType, type LeadEventType } from '@hub/contracts';
import { z } from 'zod';
import { firstCredible, isCredible } from './credible-time.ts';
import { finite, part, text, time, word } from './fields.ts';
import { type JsonObject, parseBody } from './json-body.ts';
import { type ContactFacts, happening, type Happening } from './mapped.ts';
import type { Delivery, Normalised } from './normalise.ts';
import { sourceClass } from './source-class.ts';

/** A contact made at most so long before its webhook is taken to be new. */
const NEW_CONTACT_MS = 86_400_000;

/**
 * What the Webhook action of a workflow sends: the contact's fields flat and in snake case, beside them what the
 * workflow's trigger was about. Which trigger it was is not said, so each part that is there tells its own event.
 * `customData` is what the workflow's author adds: `event` there names one of our event types outright.
 */
const fields = z.object({
  contact_id: text,
  contactId: text,
  full_name: text,
  first_name: text,
  last_name: text,
  contact_source: text,
  date_created: time,
  /** GHL's own spelling. */
  pipleline_stage: text,
  pipeline_stage: text,
  pipeline_id: text,
  id: text,
  status: word,
  lead_value: finite,
  user: part(z.object({ id: text })),
  message: part(z.object({ type: finite, direction: word })),
  calendar: part(
    z.object({
      appointmentId: text,
      /** GHL's own spelling. */
      appoinmentStatus: word,
      appointmentStatus: word,
      status: word,
      startTime: time,
    }),
  ),
  customData: part(z.object({ event: text, contact_id: text, stage: text, value: finite, channel: word })),
});
type Workflow = z.infer<typeof fields>;

/** The name these webhooks are kept under. */
const TYPE = 'WorkflowWebhook';

/** Says what a workflow's webhook means for the tenant its source belongs to. Never throws. */
export function normaliseWorkflow({ eventId, tenantId, body, receivedAtMs }: Delivery): Normalised {
  const parsed = parseBody(body);
  if (!parsed.ok) return { kind: 'unreadable', reason: parsed.reason };
  const workflow = fields.parse(parsed.payload);
  const leadId = workflow.contact_id ?? workflow.contactId ?? workflow.customData.contact_id;
  if (leadId === null || tenantId === null) return { kind: 'named', tenantId, type: TYPE, atMs: receivedAtMs };
  const [first, ...rest] = happenings(workflow, parsed.payload, receivedAtMs);
  const events = [first, ...rest].map((event, index) => ({ id: `${eventId}#${index}`, leadId, ...event }));
  return { kind: 'lead', tenantId, type: TYPE, atMs: receivedAtMs, leadId, events, contact: contactOf(workflow) };
}

function happenings(workflow: Workflow, payload: JsonObject, nowMs: number): [Happening, ...Happening[]] {
  const rest = [...opportunity(workflow, nowMs), ...message(workflow, payload, nowMs), ...appointment(workflow, nowMs)];
  const named = leadEventType.safeParse(workflow.customData.event);
  return [contactEvent(workflow, nowMs), ...(named.success ? [asNamed(named.data, workflow, nowMs)] : rest)];
}

function contactEvent({ date_created: createdAtMs, contact_source: source }: Workflow, nowMs: number): Happening {
  const channel = sourceClass(source);
  const isNew = isCredible(createdAtMs, nowMs) && nowMs - createdAtMs <= NEW_CONTACT_MS;
  return isNew
    ? happening('lead.created', firstCredible(nowMs, [createdAtMs]), 'system', { channel })
    : happening('lead.updated', nowMs, 'system', { channel });
}

function asNamed(type: LeadEventType, { customData: { stage, value, channel } }: Workflow, nowMs: number): Happening {
  return happening(type, nowMs, 'system', { stage, value, channel });
}

function opportunity(workflow: Workflow, nowMs: number): Happening[] {
  const { pipeline_id: pipelineId, id: subjectId, lead_value: value, status } = workflow;
  if (pipelineId === null) return [];
  const stage = workflow.pipleline_stage ?? workflow.pipeline_stage;
  const moved = happening('opportunity.updated', nowMs, 'system', { stage, value, subjectId });
  if (status === null) return [moved];
  return [moved, happening('opportunity.status', nowMs, 'system', { stage: status, value, subjectId })];
}

/** By the number GHL gives a message's kind. */
const MESSAGE_CHANNELS: Readonly<Record<number, string>> = { 1: 'call', 2: 'sms', 3: 'email' };

/** A workflow is triggered by what a lead writes, unless the body says that it went out. */
function message({ message: { type, direction } }: Workflow, payload: JsonObject, nowMs: number): Happening[] {
  if (typeof payload['message'] !== 'object' || payload['message'] === null) return [];
  const channel = type === null ? null : (MESSAGE_CHANNELS[type] ?? null);
  const outbound = direction === 'outbound';
  return [
    happening(channel === 'call' ? 'call' : 'message', nowMs, outbound ? 'system' : 'lead', {
      direction: outbound ? 'out' : 'in',
      channel,
    }),
  ];
}

const APPOINTMENTS: ReadonlyMap<string | null, LeadEventType> = new Map([
  ['cancelled', 'appointment.cancelled'],
  ['canceled', 'appointment.cancelled'],
  ['invalid', 'appointment.cancelled'],
  ['showed', 'appointment.kept'],
  ['completed', 'appointment.kept'],
  ['noshow', 'appointment.missed'],
]);

/** Booked and changed look alike here; folding a booking twice leaves it one appointment, told by its id. */
function appointment({ calendar }: Workflow, nowMs: number): Happening[] {
  const { appointmentId, startTime } = calendar;
  if (appointmentId === null) return [];
  const stage = calendar.appoinmentStatus ?? calendar.appointmentStatus ?? calendar.status;
  const type = APPOINTMENTS.get(stage) ?? 'appointment.booked';
  const actor = type === 'appointment.kept' || type === 'appointment.missed' ? 'lead' : 'system';
  return [happening(type, nowMs, actor, { stage, value: startTime, subjectId: appointmentId })];
}

function contactOf(workflow: Workflow): ContactFacts {
  const names = [workflow.first_name, workflow.last_name].filter((name) => name !== null);
  return {
    name: workflow.full_name ?? (names.join(' ') || null),
    source: workflow.contact_source,
    assignedTo: workflow.user.id,
    createdAtMs: workflow.date_created,
  };
}

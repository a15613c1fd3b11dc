import { leadEventType, type ReceivedWebhook } from '@hub/contracts';
import { isCredible, linkOf, type Normalised, parseBody, sourceClass, statedMachineOf } from '@hub/crm-ghl';
import { z } from 'zod';

/** What Postgres takes and a person can read: no control characters, no half of a surrogate pair. */
const text = (maxLength: number) =>
  z
    .string()
    .trim()
    .min(1)
    .max(maxLength)
    .regex(/^[^\p{Cc}\p{Cs}]*$/u, 'must hold no control characters');

const optional = <T extends z.ZodType>(schema: T) => schema.nullish().transform((value) => value ?? null);

const isoTime = z.iso
  .datetime({ offset: true, error: 'must be ISO 8601 with a zone, or epoch ms' })
  .transform(Date.parse);

const fields = {
  /** The same in every retry; without one, the bytes tell. */
  id: z.string().min(1).max(128).optional(),
  type: leadEventType,
  leadId: z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable characters without blanks'),
  /** When it happened: ISO 8601 with a zone, or epoch ms. */
  at: z.union([isoTime, z.number().int().nonnegative()], { error: 'must be ISO 8601 with a zone, or epoch ms' }),
  /** Left out: the lead for what comes in, an agent for what goes out, else the system. */
  actor: z.enum(['lead', 'agent', 'system']).optional(),
  direction: optional(z.enum(['in', 'out'])),
  channel: optional(text(40).toLowerCase()),
  stage: optional(text(100)),
  value: optional(z.number()),
  /** Which appointment, opportunity, message or user it is about. */
  subjectId: optional(text(128)),
  /** Of an open or click: what followed which link, to tell machines from people. Neither text is kept. */
  link: optional(text(2_000)),
  userAgent: optional(text(500).toLowerCase()),
  method: optional(text(10).toLowerCase()),
  contact: optional(
    z.strictObject({ name: optional(text(200)), source: optional(text(200)), assignedTo: optional(text(128)) }),
  ),
};

/** Our own API says so when a field is misspelt; other senders may send more than we know. */
const strictBody = z.strictObject(fields);
const openBody = z.object(fields);
type LeadEventBody = z.infer<typeof openBody>;

export type ReadLeadEvent =
  | { readonly ok: true; readonly meaning: Extract<Normalised, { kind: 'lead' }> }
  /** `detail` names each field that is wrong, and quotes none. */
  | { readonly ok: false; readonly detail: string };

/**
 * Reads one event in the shape of our own API.
 * @param body Parsed JSON.
 * @param strict Whether a field that we do not know is an error.
 */
export function readLeadEvent(
  body: unknown,
  { eventId, tenantId, receivedAtMs }: ReceivedWebhook,
  strict: boolean,
): ReadLeadEvent {
  if (tenantId === null) return { ok: false, detail: 'its source has no tenant' };
  const parsed = (strict ? strictBody : openBody).safeParse(body);
  if (!parsed.success) return { ok: false, detail: detailOf(parsed.error) };
  const event = parsed.data;
  if (!isCredible(event.at, receivedAtMs)) return { ok: false, detail: 'at: lies before 2000 or in the future' };
  return { ok: true, meaning: meaningOf(event, eventId, tenantId) };
}

/** Whether a body means to be in our shape, valid or not. */
export function isOurShape(body: Uint8Array): boolean {
  const parsed = parseBody(body);
  if (!parsed.ok) return false;
  return leadEventType.safeParse(parsed.payload['type']).success && typeof parsed.payload['leadId'] === 'string';
}

function meaningOf(event: LeadEventBody, eventId: string, tenantId: string): Extract<Normalised, { kind: 'lead' }> {
  const { type, leadId, at: atMs, direction, stage, value, contact } = event;
  const enters = type === 'lead.created' || type === 'lead.updated';
  const machine = BY_READER.has(type) ? machineOf(event) : undefined;
  const leadEvent = {
    id: `${eventId}#0`,
    leadId,
    atMs,
    type,
    actor: machine === undefined ? (event.actor ?? actorOf(direction)) : ('system' as const),
    direction,
    channel: event.channel ?? (enters ? sourceClass(contact?.source ?? null) : null),
    stage,
    value,
    subjectId: event.subjectId ?? (type === 'assigned' ? (contact?.assignedTo ?? null) : null),
    ...(event.link !== null && { link: linkOf(event.link) }),
    ...(machine !== undefined && { machine }),
  };
  const shown = contact === null ? null : { ...contact, createdAtMs: type === 'lead.created' ? atMs : null };
  return { kind: 'lead', tenantId, type, atMs, leadId, events: [leadEvent], contact: shown };
}

const BY_READER: ReadonlySet<string> = new Set(['email.opened', 'email.clicked']);

function machineOf({ userAgent, method }: LeadEventBody) {
  return statedMachineOf({ bot: null, type: null, agent: userAgent, method });
}

function actorOf(direction: 'in' | 'out' | null): 'lead' | 'agent' | 'system' {
  if (direction === null) return 'system';
  return direction === 'in' ? 'lead' : 'agent';
}

function detailOf(error: z.ZodError): string {
  return error.issues.map((issue) => [issue.path.join('.'), messageOf(issue)].filter(Boolean).join(': ')).join('; ');
}

/** Zod's own words for an unknown field quote it, and a field's name is the sender's. */
function messageOf(issue: z.core.$ZodIssue): string {
  if (issue.code !== 'unrecognized_keys') return issue.message;
  return `unknown fields: ${issue.keys.map((key) => key.slice(0, 40).replaceAll(/[^\w.-]/g, '?')).join(', ')}`;
}

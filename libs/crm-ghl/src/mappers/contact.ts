import { z } from 'zod';
import { entries, flag, part, size, text, time, word } from '../fields.ts';
import type { ContactFacts, Envelope, Happening, Mapped, Mapper } from '../mapped.ts';
import { happening } from '../mapped.ts';
import { sourceClass } from '../source-class.ts';

const fields = z.object({
  id: text,
  name: text,
  firstName: text,
  lastName: text,
  source: text,
  assignedTo: text,
  dateAdded: time,
  dnd: flag,
  dndSettings: entries,
  tags: size,
});
type Contact = z.infer<typeof fields>;

/** GHL tells neither what changed nor when: only a new contact's time is `dateAdded`, all others are the envelope's. */
export const mapContact: Mapper = (payload, envelope): Mapped | null => {
  const contact = fields.parse(payload);
  if (contact.id === null) return null;
  return { leadId: contact.id, events: eventsOf(contact, envelope), contact: factsOf(contact) };
};

function eventsOf(contact: Contact, envelope: Envelope): Mapped['events'] {
  const { sentAtMs } = envelope;
  const channel = sourceClass(contact.source);
  switch (envelope.name) {
    case 'ContactCreate': {
      const atMs = envelope.firstOf(contact.dateAdded);
      const created = happening('lead.created', atMs, 'system', { channel });
      return [created, ...assigned(contact, atMs), ...blocked(contact, atMs)];
    }
    case 'ContactDelete':
      return [happening('lead.deleted', sentAtMs, 'system')];
    case 'ContactTagUpdate':
      return [happening('lead.tagged', sentAtMs, 'system', { value: contact.tags })];
    case 'ContactDndUpdate':
      return doNotDisturb(contact, sentAtMs);
    default:
      return [happening('lead.updated', sentAtMs, 'system', { channel }), ...blocked(contact, sentAtMs)];
  }
}

function assigned({ assignedTo }: Contact, atMs: number): Happening[] {
  return assignedTo === null ? [] : [happening('assigned', atMs, 'system', { subjectId: assignedTo })];
}

/** The lasting state "do not disturb on all channels", which any contact event may bring; its absence says nothing. */
function blocked({ dnd }: Contact, atMs: number): Happening[] {
  return dnd === true ? [happening('lead.dnd', atMs, 'system', { value: 1 })] : [];
}

const channelSetting = part(z.object({ status: word }));

/** Value 1: on; 0: off. Channel null: all channels. */
function doNotDisturb(contact: Contact, atMs: number): Mapped['events'] {
  if (contact.dnd === true) return [happening('lead.dnd', atMs, 'system', { value: 1 })];
  const [first, ...rest] = contact.dndSettings
    .filter(([, setting]) => ['active', 'permanent'].includes(channelSetting.parse(setting).status ?? ''))
    .map(([channel]) => happening('lead.dnd', atMs, 'system', { value: 1, channel: word.parse(channel) }));
  return first === undefined ? [happening('lead.dnd', atMs, 'system', { value: 0 })] : [first, ...rest];
}

function factsOf({ name, firstName, lastName, source, assignedTo, dateAdded }: Contact): ContactFacts {
  const parts = [firstName, lastName].filter((part) => part !== null);
  return { name: name ?? (parts.join(' ') || null), source, assignedTo, createdAtMs: dateAdded };
}

import type { ContactFacts } from '@hub/crm-ghl';
import type { LeadEvent } from '@hub/contracts';

/** A value and the event that set it, so that an older event arriving later cannot overwrite it. */
interface Fact<T> {
  readonly value: T;
  readonly atMs: number;
  readonly by: string;
}

/** What is shown about a lead but never scored. The latest event wins each fact, in whatever order events arrive. */
export interface LeadFacts {
  readonly name?: Fact<string> | undefined;
  readonly source?: Fact<string> | undefined;
  readonly assignedTo?: Fact<string> | undefined;
  readonly deleted?: Fact<boolean> | undefined;
}

/** Facts after a contact payload that happened at `atMs`; fields it leaves out stay as they are. */
export function withContact(facts: LeadFacts, contact: ContactFacts, atMs: number, eventId: string): LeadFacts {
  return {
    ...facts,
    name: later(facts.name, contact.name, atMs, eventId),
    source: later(facts.source, contact.source, atMs, eventId),
    assignedTo: later(facts.assignedTo, contact.assignedTo, atMs, eventId),
  };
}

/** Facts after one event of the lead. */
export function withEvent(facts: LeadFacts, event: LeadEvent): LeadFacts {
  const { atMs, id } = event;
  switch (event.type) {
    case 'assigned':
      return { ...facts, assignedTo: later(facts.assignedTo, event.subjectId, atMs, id) };
    case 'lead.deleted':
      return { ...facts, deleted: later(facts.deleted, true, atMs, id) };
    case 'lead.created':
      return { ...facts, deleted: later(facts.deleted, false, atMs, id) };
    default:
      return facts;
  }
}

function later<T>(known: Fact<T> | undefined, value: T | null, atMs: number, by: string): Fact<T> | undefined {
  if (value === null) return known;
  if (known !== undefined && (known.atMs > atMs || (known.atMs === atMs && known.by >= by))) return known;
  return { value, atMs, by };
}

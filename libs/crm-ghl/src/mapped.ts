import type { LeadEvent, LeadEventType } from '@hub/contracts';
import type { EventName } from './event-types.ts';
import type { JsonObject } from './json-body.ts';

/** What a webhook says of a contact, for display only: none of it may enter a score. */
export interface ContactFacts {
  readonly name: string | null;
  /** Free text, as the CRM holds it. */
  readonly source: string | null;
  /** User id of the agent. */
  readonly assignedTo: string | null;
  readonly createdAtMs: number | null;
}

/** A lead event that has no id yet and does not know its lead. */
export type Happening = Omit<LeadEvent, 'id' | 'leadId'>;

/** What a family's mapper makes of one body. */
export interface Mapped {
  readonly leadId: string;
  readonly events: readonly [Happening, ...Happening[]];
  readonly contact?: ContactFacts | null;
}

export interface Envelope {
  readonly name: EventName;
  /** When GHL made the event, or, where the body does not say so credibly, when we received it. Epoch ms. */
  readonly sentAtMs: number;
  /** The first of `candidates` (epoch ms) that is credible, else `sentAtMs`. */
  readonly firstOf: (...candidates: readonly (number | null)[]) => number;
}

/** Null: the body names no lead, or tells nothing that changes one; it is kept under its name. */
export type Mapper = (payload: JsonObject, envelope: Envelope) => Mapped | null;

type Details = Partial<Omit<Happening, 'type' | 'atMs' | 'actor'>>;

/** A happening; what is not said has no meaning for it. */
export function happening(
  type: LeadEventType,
  atMs: number,
  actor: Happening['actor'],
  details: Details = {},
): Happening {
  return { type, atMs, actor, direction: null, channel: null, stage: null, value: null, subjectId: null, ...details };
}

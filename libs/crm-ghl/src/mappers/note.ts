import { z } from 'zod';
import { text, time } from '../fields.ts';
import { happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({ id: text, contactId: text, dateAdded: time });

/** That a note was made; its words never leave the raw body. */
export const mapNote: Mapper = (payload, { firstOf }): Mapped | null => {
  const { id, contactId, dateAdded } = fields.parse(payload);
  if (contactId === null) return null;
  return { leadId: contactId, events: [happening('note', firstOf(dateAdded), 'agent', { subjectId: id })] };
};

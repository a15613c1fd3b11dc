import { z } from 'zod';
import { text, word } from '../fields.ts';
import { happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({ id: text, contactId: text, status: word });

/** A campaign's state for one lead. A reply to it comes as a message of its own. */
export const mapCampaign: Mapper = (payload, { sentAtMs }): Mapped | null => {
  const { id, contactId, status } = fields.parse(payload);
  if (contactId === null) return null;
  return { leadId: contactId, events: [happening('campaign', sentAtMs, 'system', { stage: status, subjectId: id })] };
};

import { z } from 'zod';
import { finite, part, text, time, word } from '../fields.ts';
import { happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({
  _id: text,
  contactDetails: part(z.object({ id: text })),
  status: word,
  total: finite,
  amountPaid: finite,
  updatedAt: time,
});

/** The value is the total of a sent invoice and what has been paid of a paid one. */
export const mapInvoice: Mapper = (payload, { name, firstOf }): Mapped | null => {
  const { _id: subjectId, contactDetails, status: stage, total, amountPaid, updatedAt } = fields.parse(payload);
  if (contactDetails.id === null) return null;
  const atMs = firstOf(updatedAt);
  const event =
    name === 'InvoiceSent'
      ? happening('document.sent', atMs, 'system', { stage, value: total, subjectId })
      : happening('document.paid', atMs, 'lead', { stage, value: amountPaid, subjectId });
  return { leadId: contactDetails.id, events: [event] };
};

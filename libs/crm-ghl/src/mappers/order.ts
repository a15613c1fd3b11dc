import { z } from 'zod';
import { finite, part, text, time, word } from '../fields.ts';
import { happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({
  _id: text,
  contactId: text,
  contactSnapshot: part(z.object({ id: text })),
  status: word,
  amount: finite,
  createdAt: time,
  updatedAt: time,
});

/** The value is the order's amount. Placing it is the lead's doing, its later states are not. */
export const mapOrder: Mapper = (payload, { name, firstOf }): Mapped | null => {
  const order = fields.parse(payload);
  const leadId = order.contactId ?? order.contactSnapshot.id;
  if (leadId === null) return null;
  const details = { stage: order.status, value: order.amount, subjectId: order._id };
  const event =
    name === 'OrderCreate'
      ? happening('order', firstOf(order.createdAt), 'lead', details)
      : happening('order', firstOf(order.updatedAt), 'system', details);
  return { leadId, events: [event] };
};

import { z } from 'zod';
import { text, time } from '../fields.ts';
import { type Envelope, happening, type Happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({ id: text, contactId: text, dateAdded: time, dueDate: time });

/** Many deliveries of TaskCreate lack the contact. The value is the due time in epoch ms. */
export const mapTask: Mapper = (payload, envelope): Mapped | null => {
  const task = fields.parse(payload);
  if (task.contactId === null) return null;
  return { leadId: task.contactId, events: [eventOf(task, envelope)] };
};

function eventOf({ id: subjectId, dateAdded, dueDate }: z.infer<typeof fields>, envelope: Envelope): Happening {
  const { name, sentAtMs, firstOf } = envelope;
  const details = { subjectId, value: dueDate };
  if (name === 'TaskComplete') return happening('task.completed', sentAtMs, 'agent', details);
  if (name === 'TaskDelete') return happening('task.deleted', sentAtMs, 'system', details);
  return happening('task.created', firstOf(dateAdded), 'system', details);
}

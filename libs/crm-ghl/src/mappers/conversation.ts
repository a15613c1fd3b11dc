import { z } from 'zod';
import { finite, text } from '../fields.ts';
import { happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({ id: text, contactId: text, unreadCount: finite });

/** The value is how many messages nobody has read yet; 0 says that someone has. */
export const mapConversation: Mapper = (payload, { sentAtMs }): Mapped | null => {
  const { id, contactId, unreadCount } = fields.parse(payload);
  if (contactId === null) return null;
  const event = happening('conversation.unread', sentAtMs, 'system', { value: unreadCount, subjectId: id });
  return { leadId: contactId, events: [event] };
};

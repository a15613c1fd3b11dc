import { z } from 'zod';
import { finite, text, time, word } from '../fields.ts';
import { type Envelope, happening, type Mapped, type Mapper } from '../mapped.ts';

const fields = z.object({
  id: text,
  contactId: text,
  pipelineStageId: text,
  status: word,
  monetaryValue: finite,
  assignedTo: text,
  dateAdded: time,
});
type Opportunity = z.infer<typeof fields>;

/** Who moved it is not in the payload, and often it was a workflow: the actor is the system. */
export const mapOpportunity: Mapper = (payload, envelope): Mapped | null => {
  const opportunity = fields.parse(payload);
  if (opportunity.contactId === null) return null;
  return { leadId: opportunity.contactId, events: eventsOf(opportunity, envelope) };
};

function eventsOf(opportunity: Opportunity, { name, firstOf, sentAtMs }: Envelope): Mapped['events'] {
  const { id: subjectId, pipelineStageId, status, monetaryValue: value } = opportunity;
  const moved = { stage: pipelineStageId, value, subjectId };
  switch (name) {
    case 'OpportunityCreate': {
      const created = happening('opportunity.created', firstOf(opportunity.dateAdded), 'system', moved);
      if (status === null || status === 'open') return [created];
      return [created, happening('opportunity.status', created.atMs, 'system', { stage: status, value, subjectId })];
    }
    case 'OpportunityStageUpdate':
      return [happening('opportunity.stage', sentAtMs, 'system', moved)];
    case 'OpportunityStatusUpdate':
      return [happening('opportunity.status', sentAtMs, 'system', { stage: status, value, subjectId })];
    case 'OpportunityMonetaryValueUpdate':
      return [happening('opportunity.value', sentAtMs, 'system', { value, subjectId })];
    case 'OpportunityAssignedToUpdate':
      return [happening('assigned', sentAtMs, 'system', { subjectId: opportunity.assignedTo })];
    case 'OpportunityDelete':
      return [happening('opportunity.deleted', sentAtMs, 'system', { subjectId })];
    default:
      return [happening('opportunity.updated', sentAtMs, 'system', moved)];
  }
}

import { describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '@hub/contracts';
import fc from 'fast-check';
import { type LeadFacts, withContact, withEvent } from './facts.ts';

type Step = { id: string; atMs: number; name: string | null; deleted: boolean };

const step = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  atMs: fc.nat(4),
  name: fc.option(fc.constantFrom('Dana', 'Lee')),
  deleted: fc.boolean(),
});

function apply(facts: LeadFacts, { id, atMs, name, deleted }: Step): LeadFacts {
  const event: LeadEvent = {
    id,
    leadId: 'l',
    atMs,
    type: deleted ? 'lead.deleted' : 'lead.created',
    actor: 'system',
    direction: null,
    channel: null,
    stage: null,
    value: null,
    subjectId: null,
  };
  const shown = withContact(facts, { name, source: null, assignedTo: null, createdAtMs: null }, atMs, id);
  return withEvent(shown, event);
}

describe('facts of a lead', () => {
  it('end the same in whatever order, and however often, their events arrive', () => {
    const history = fc.uniqueArray(step, { maxLength: 5, selector: (one) => one.id });
    fc.assert(
      fc.property(
        history.chain((steps) =>
          fc.tuple(fc.constant(steps), fc.shuffledSubarray([...steps, ...steps], { minLength: 2 * steps.length })),
        ),
        ([steps, arrivals]) => {
          expect(arrivals.reduce(apply, {})).toEqual(steps.reduce(apply, {}));
        },
      ),
    );
  });

  it('survive storage: nothing in them is lost by JSON', () => {
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const facts = steps.reduce(apply, {});
        expect(JSON.parse(JSON.stringify(facts))).toEqual(facts);
      }),
    );
  });
});

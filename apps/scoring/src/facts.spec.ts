import { describe, expect, it } from '@jest/globals';
import type { LeadEvent } from '@hub/contracts';
import fc from 'fast-check';
import { isOpen, type LeadFacts, withContact, withEvent } from './facts.ts';

type Step = { id: string; atMs: number; name: string | null; status: string | null; deleted: boolean };

const step = fc.record({
  id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
  atMs: fc.nat(4),
  name: fc.option(fc.constantFrom('Dana', 'Lee')),
  status: fc.option(fc.constantFrom('open', 'won', 'lost')),
  deleted: fc.boolean(),
});

function apply(facts: LeadFacts, { id, atMs, name, status, deleted }: Step): LeadFacts {
  const event = (type: LeadEvent['type'], stage: string | null): LeadEvent => ({
    id,
    leadId: 'l',
    atMs,
    type,
    actor: 'system',
    direction: null,
    channel: null,
    stage,
    value: null,
    subjectId: null,
  });
  const shown = withContact(facts, { name, source: null, assignedTo: null, createdAtMs: null }, atMs, id);
  const staged = withEvent(shown, event('opportunity.status', status));
  return withEvent(staged, event(deleted ? 'lead.deleted' : 'lead.created', null));
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

  it.each([
    [{}, true],
    [{ stage: { value: 'open', atMs: 1, by: 'a' } }, true],
    [{ stage: { value: 'won', atMs: 1, by: 'a' } }, false],
    [{ stage: { value: 'lost', atMs: 1, by: 'a' } }, false],
    [{ deleted: { value: true, atMs: 1, by: 'a' } }, false],
    [{ deleted: { value: false, atMs: 1, by: 'a' } }, true],
  ])('%j leave the lead open: %s', (facts, open) => {
    expect(isOpen(facts)).toBe(open);
  });
});

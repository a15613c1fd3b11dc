import type { ScoredLead } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasMoved, MAX_STANDING_MS, MEANINGFUL_LOGIT } from './has-moved.ts';

const NOW = Date.UTC(2026, 8, 1);

function decision(more: Partial<ScoredLead> = {}): ScoredLead {
  return {
    leadId: 'lead',
    version: 2,
    name: 'Dana',
    scoredAtMs: NOW,
    conversion: { logit: -2, probability: 0.12 },
    goingCold: { logit: -1, probability: 0.27 },
    match: null,
    band: 'warm',
    thinEvidence: null,
    isOpen: true,
    reasons: [],
    lastTouchAtMs: null,
    lastTouchType: null,
    stage: null,
    sparkline: [],
    modelHash: 'a',
    modelKind: 'prior',
    servedBy: 'onnx',
    eventIds: [],
    traceparent: null,
    ...more,
  };
}

const logit = (value: number): { logit: number; probability: number } => ({ logit: value, probability: 0.1 });

describe('a decision that only time has brought about', () => {
  it.each<[string, Partial<ScoredLead>, boolean]>([
    ['nothing else', {}, false],
    ['odds that hardly moved', { conversion: logit(-2.049), goingCold: logit(-0.951) }, false],
    ['odds that moved', { conversion: logit(-2.051) }, true],
    ['a risk that moved', { goingCold: logit(-0.949) }, true],
    ['another band', { band: 'cool' }, true],
    ['a lead that closed', { isOpen: false }, true],
    ['other models', { modelHash: 'b' }, true],
    ['a week less a moment', { scoredAtMs: NOW + MAX_STANDING_MS - 1 }, false],
    ['a week', { scoredAtMs: NOW + MAX_STANDING_MS }, true],
  ])('with %s is worth storing: %#', (_, more, worth) => {
    expect(hasMoved(decision(), decision(more))).toBe(worth);
  });

  it('is worth storing where there was none', () => {
    expect(hasMoved(null, decision())).toBe(true);
  });

  it('never lets the odds drift further than it says, however small the steps', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -0.049, max: 0.049, noNaN: true }), { maxLength: 60 }), (steps) => {
        let standing = decision();
        let now = standing.conversion.logit;
        for (const step of steps) {
          now += step;
          const next = decision({ conversion: logit(now) });
          if (hasMoved(standing, next)) standing = next;
          expect(Math.abs(standing.conversion.logit - now)).toBeLessThan(MEANINGFUL_LOGIT);
        }
      }),
    );
  });
});

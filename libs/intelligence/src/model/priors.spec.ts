import type { LeadEvent } from '@hub/contracts';
import { describe, expect, it } from '@jest/globals';
import { bandOf, thinEvidenceOf } from '../bands.ts';
import { reasonsOf, sigmoid } from '../decision.ts';
import { foldAll } from '../features/fold.ts';
import { type FeatureName, featuresAt } from '../features/table.ts';
import { type AdditiveModel, rampsOf, type Shape } from './additive.ts';
import { conversionPrior } from './conversion.ts';
import { goingColdPrior } from './going-cold.ts';
import { population, SNAPSHOTS_MS } from './population.for-spec.ts';
import { twinOf } from './twin.ts';

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2026, 5, 1);

function oddsOf(model: AdditiveModel, events: readonly LeadEvent[], nowMs: number): number {
  return sigmoid(twinOf(model).decide(featuresAt(foldAll(events), nowMs)).logit);
}

let made = 0;
function happens(day: number, type: LeadEvent['type'], by: Partial<LeadEvent> = {}): LeadEvent {
  made += 1;
  const nothing = { direction: null, channel: null, stage: null, value: null, subjectId: null };
  return { id: `e${made}`, leadId: 'lead', atMs: START_MS + day * DAY_MS, type, actor: 'system', ...nothing, ...by };
}
const weWrite = (day: number): LeadEvent => happens(day, 'message', { actor: 'agent', direction: 'out' });
const theyWrite = (day: number): LeadEvent => happens(day, 'message', { actor: 'lead', direction: 'in' });

describe.each([conversionPrior, goingColdPrior])('the $name prior', (model) => {
  const shapes = Object.entries(model.shapes) as [FeatureName, Shape][];

  it('says that it is a prior, and why each shape is as it is', () => {
    expect(model.kind).toBe('prior');
    for (const [, { reason }] of shapes) expect(reason.length).toBeGreaterThan(10);
  });

  it('leaves an ordinary lead at its base rate: every shape is 0 at its neutral value', () => {
    const ramps = rampsOf(model);
    expect(ramps.layers.flat().every(({ low, high }) => low <= 0 && high >= 0)).toBe(true);
    expect(shapes.every(([, { knots, neutral }]) => knots.some(([x, y]) => x === neutral && y === 0))).toBe(true);
  });
});

describe('the conversion prior', () => {
  const twin = twinOf(conversionPrior);
  const early = population(3_000, 7).flatMap((events) =>
    SNAPSHOTS_MS.slice(0, 4).map((nowMs) => {
      const state = foldAll(events.filter(({ atMs }) => atMs <= nowMs));
      const decision = twin.decide(featuresAt(state, nowMs));
      return { odds: sigmoid(decision.logit), band: bandOf(sigmoid(decision.logit), thinEvidenceOf(state, nowMs)) };
    }),
  );
  const shareOf = (test: (lead: (typeof early)[number]) => boolean): number => early.filter(test).length / early.length;

  it('stands near the 5 in 100 online leads that reach an appointment, in their first two weeks', () => {
    const mean = early.reduce((sum, { odds }) => sum + odds, 0) / early.length;
    expect(mean).toBeGreaterThan(0.035);
    expect(mean).toBeLessThan(0.065);
  });

  it('puts few leads above 15 and hardly any above 25 in 100, so that the hot list can be worked', () => {
    expect(shareOf(({ odds }) => odds > 0.15)).toBeLessThan(0.06);
    expect(shareOf(({ band }) => band === 'hot')).toBeGreaterThan(0.002);
    expect(shareOf(({ odds }) => odds > 0.25)).toBeLessThan(0.01);
  });

  it('never says that a lead is likely to convert, whatever it did', () => {
    const best = Object.values(conversionPrior.shapes).map(({ knots, missing }) =>
      Math.max(missing, ...knots.map(([, y]) => y)),
    );
    expect(sigmoid(best.reduce((sum, y) => sum + y, conversionPrior.intercept))).toBeLessThan(0.65);
  });

  it('ranks by what leads did', () => {
    const created = happens(0, 'lead.created');
    const silent = [created, weWrite(0.1), weWrite(1), weWrite(2), weWrite(4), weWrite(7)];
    const replied = [created, weWrite(0.1), theyWrite(6.5)];
    const spoke = [
      ...replied,
      happens(6.6, 'call', { actor: 'agent', direction: 'out', stage: 'completed', value: 300 }),
    ];
    const booked = [
      ...spoke,
      happens(6.7, 'appointment.booked', { actor: 'agent', subjectId: 'tour', value: START_MS + 9 * DAY_MS }),
    ];
    const odds = [silent, replied, spoke, booked].map((events) =>
      oddsOf(conversionPrior, events, START_MS + 7 * DAY_MS),
    );
    expect(odds).toEqual(odds.toSorted((a, b) => a - b));
    expect(new Set(odds).size).toBe(4);
  });

  it('falls with silence alone', () => {
    const events = [happens(0, 'lead.created'), weWrite(0.1), theyWrite(0.2), weWrite(0.3)];
    const odds = [1, 3, 7, 14, 30, 90].map((day) => oddsOf(conversionPrior, events, START_MS + day * DAY_MS));
    expect(odds).toEqual(odds.toSorted((a, b) => b - a));
  });
});

describe('the going-cold prior', () => {
  const created = happens(0, 'lead.created');
  const base = sigmoid(goingColdPrior.intercept);

  it('rises when they do not answer us, and by the window of the phase', () => {
    const events = [created, weWrite(0.1), weWrite(1), weWrite(3)];
    const odds = [1, 4, 7, 14].map((day) => oddsOf(goingColdPrior, events, START_MS + day * DAY_MS));
    expect(odds).toEqual(odds.toSorted((a, b) => a - b));
    expect(odds.at(-1)).toBeGreaterThan(0.6);
  });

  it('does not rise when it is us who are silent', () => {
    const neglected = [created, weWrite(0.1), theyWrite(0.2)];
    for (const day of [1, 7, 20]) {
      const nowMs = START_MS + day * DAY_MS;
      const features = featuresAt(foldAll(neglected), nowMs);
      const reasons = reasonsOf(twinOf(goingColdPrior).decide(features), features).map(({ feature }) => feature);
      expect(reasons).not.toContain('silenceShare');
      expect(oddsOf(goingColdPrior, neglected, nowMs)).toBeLessThan(
        oddsOf(goingColdPrior, [...neglected, weWrite(0.3)], nowMs),
      );
    }
    expect(oddsOf(goingColdPrior, neglected, START_MS + DAY_MS)).toBeLessThan(base);
  });

  it('lets a past client be silent for longer than someone actively working', () => {
    const asked = [created, theyWrite(0.1), weWrite(1)];
    const won = [...asked, happens(0.5, 'opportunity.status', { stage: 'won', subjectId: 'deal' })];
    const nowMs = START_MS + 15 * DAY_MS;
    expect(oddsOf(goingColdPrior, won, nowMs)).toBeLessThan(oddsOf(goingColdPrior, asked, nowMs));
  });
});

import { simulate } from '@hub/brokerage';
import { featuresAt, featuresOf, foldAll, labelOf } from '@hub/intelligence';
import { describe, expect, it } from '@jest/globals';
import { knownStates } from './known-states.ts';
import { knownAt } from './lead-history.ts';
import { historiesOf } from './simulated-log.ts';
import { snapshotTimes } from './snapshot-times.ts';
import { DAY_MS, HOUR_MS, START_MS, told } from './told.for-spec.ts';
import { rowsOf } from './training-rows.ts';

const END_MS = START_MS + 60 * DAY_MS;
const histories = historiesOf(simulate({ seed: 4, tenants: 3, startMs: START_MS, endMs: END_MS, leadsPerDay: 2 }));

describe('knownAt', () => {
  it.each([
    ['a delivery within seconds', 2_000, 2_000],
    ['a delivery of the same moment', 0, 0],
    ['one that the CRM repeated for hours', 20 * HOUR_MS, 20 * HOUR_MS],
    ['one that an import brought', 40 * DAY_MS, 0],
    ['one of a clock that runs ahead', -5_000, 0],
  ])('of %s', (_, lateMs, knownMs) => {
    expect(knownAt(START_MS, START_MS + lateMs) - START_MS).toBe(knownMs);
  });
});

describe('rows of a simulated market', () => {
  it('tell what serving would have known, to the bit, also where deliveries come late', () => {
    expect(histories.length).toBeGreaterThan(80);
    let late = 0;
    for (const { events } of histories) {
      const times = snapshotTimes(events, END_MS);
      for (const [index, state] of [...knownStates(events, times)].entries()) {
        const atMs = times[index] ?? 0;
        const known = events.filter(({ knownAtMs }) => knownAtMs <= atMs).map(({ event }) => event);
        expect(state).toEqual(foldAll(known));
        expect([...featuresAt(state, atMs)]).toEqual([...featuresOf(known, atMs)]);
        late += events.filter(({ event, knownAtMs }) => event.atMs <= atMs && knownAtMs > atMs).length;
      }
    }
    expect(late).toBeGreaterThan(0);
  });

  it('tell what really came of each moment', () => {
    for (const history of histories.slice(0, 40)) {
      const happened = history.events.map(({ event }) => event);
      for (const { atMs, labels } of rowsOf(history, END_MS)) {
        expect(labels.conversion).toEqual(labelOf('conversion', happened, atMs, END_MS));
        expect(labels.goingCold).toEqual(labelOf('goingCold', happened, atMs, END_MS));
      }
    }
  });

  it('do not change where the log goes on, but for windows that are over then', () => {
    const earlierMs = START_MS + 40 * DAY_MS;
    for (const history of histories.slice(0, 40)) {
      const whole = [...rowsOf(history, END_MS)];
      for (const row of rowsOf(history, earlierMs)) {
        const later = whole.find(({ atMs }) => atMs === row.atMs);
        expect(later?.features).toEqual(row.features);
        if (row.labels.conversion.kind === 'known') expect(later?.labels.conversion).toEqual(row.labels.conversion);
      }
    }
  });
});

describe('rows of one lead', () => {
  it('are none without events', () => {
    expect([...rowsOf({ tenantId: 't', leadId: 'l', events: [] }, END_MS)]).toEqual([]);
  });

  it('take a message that we heard of late as unheard in features, as written in labels', () => {
    const byLead = { actor: 'lead', direction: 'in' } as const;
    const events = [
      told('lead.created', 0),
      told('message', 2.9, 0.5 * DAY_MS, byLead),
      told('message', 5),
      told('message', 6, 0, byLead),
    ];
    const rows = [...rowsOf({ tenantId: 't', leadId: 'l', events }, END_MS)];
    const third = rows.find(({ atMs }) => atMs === START_MS + 3 * DAY_MS);
    const heardOf = events.slice(0, 1).map(({ event }) => event);
    expect([...(third?.features ?? [])]).toEqual([...featuresOf(heardOf, START_MS + 3 * DAY_MS)]);
    expect(third?.labels.conversion).toEqual({ kind: 'known', value: 1 });
  });
});

import { describe, expect, it } from '@jest/globals';
import { EVENT_TYPES, eventTypeOf } from './event-types.ts';
import { bytesOf } from './examples.ts';
import { normalise } from './normalise.ts';

describe('the event types', () => {
  it('are the 77 that GHL publishes, none twice', () => {
    expect(EVENT_TYPES).toHaveLength(77);
    expect(new Set(EVENT_TYPES.map(({ name }) => name)).size).toBe(77);
    expect(new Set(EVENT_TYPES.map(({ wire }) => wire)).size).toBe(77);
  });

  it.each(EVENT_TYPES.map((type) => [type.wire, type] as const))('are found by wire name: %s', (wire, type) => {
    expect(eventTypeOf(wire)).toBe(type);
    expect(eventTypeOf(type.name)).toBe(type);
  });

  it.each(EVENT_TYPES)('keep $name, however empty its body', ({ wire, name }) => {
    const body = bytesOf({ type: wire, locationId: 't1' });
    expect(normalise({ eventId: 'e1', tenantId: 't1', body, receivedAtMs: 1_700_000_000_000 })).toEqual({
      kind: 'named',
      tenantId: 't1',
      type: name,
      atMs: 1_700_000_000_000,
      ...(name === 'AppInstall' && { install: { locationId: 't1', companyId: null, name: null } }),
    });
  });

  it('know nothing that an object has by itself', () => {
    expect(eventTypeOf('constructor')).toBeUndefined();
  });
});

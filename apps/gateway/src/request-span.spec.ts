import type { SourceRequest } from '@hub/sources';
import type { Attributes, Span } from '@hub/telemetry';
import { describe, expect, it } from '@jest/globals';
import type { Target } from './admit-request.ts';
import { endRequestSpan } from './request-span.ts';

const request: SourceRequest = {
  headers: { 'x-api-key': 'secret-header', 'x-ghl-signature': 'secret-signature' },
  body: Buffer.from('{"name":"secret person"}'),
  pathToken: 'secret-token',
  nowMs: 0,
};

function attributesOf(ended: Omit<Parameters<typeof endRequestSpan>[1], 'request'>): Attributes {
  let told: Attributes = {};
  const span: Span = {
    traceparent: '',
    child: () => span,
    set: (attributes) => void (told = { ...told, ...attributes }),
    end: () => undefined,
  };
  endRequestSpan(span, { ...ended, request });
  return told;
}

describe('the span of a request', () => {
  it('says what became of it', () => {
    const source = { id: 's-1', kind: 'hmac' } as const;
    const admission = { outcome: 'slowed', eventIds: ['e'], tenantId: 'loc1' } as const;
    expect(attributesOf({ target: { sourceId: 's-1' }, admission, source })).toEqual({
      'http.request.method': 'POST',
      'http.route': '/webhooks/:sourceId/:token',
      'http.request.body.size': request.body.length,
      'http.response.status_code': 200,
      'hub.outcome': 'slowed',
      'hub.source.kind': 'hmac',
      'hub.source.id': 's-1',
      'hub.tenant.id': 'loc1',
    });
  });

  it.each<[Target, route: string]>([
    [{ sourceId: 'ghl' }, '/webhooks/ghl'],
    [{ sourceId: 'secret-in-the-wrong-place' }, '/webhooks/:sourceId/:token'],
    ['eventsApi', '/v1/events'],
  ])('tells nothing of a stranger to %j', (target, route) => {
    const told = attributesOf({ target, admission: { outcome: 'unknownSource' }, source: null });
    expect(told).toMatchObject({ 'http.route': route, 'http.response.status_code': 401 });
    expect(JSON.stringify(told)).not.toContain('secret');
  });
});

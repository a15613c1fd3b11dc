import { describe, expect, it } from '@jest/globals';
import { PLATFORM_KEY } from '@hub/crm-ghl';
import { loadConfig } from '@hub/service';
import { gatewayConfig } from './config.ts';

const good = { PORT: '0', NATS_URL: 'nats://127.0.0.1:4222' };

describe('gatewayConfig', () => {
  it("knows GoHighLevel's own key without being told", () => {
    const config = loadConfig('gateway', gatewayConfig, good);
    expect(config.GHL_PUBLIC_KEYS.map(({ name }) => name)).toEqual(['platform']);
    expect(config.GHL_APP_ID).toBeUndefined();
  });

  it('takes more keys', () => {
    const config = loadConfig('gateway', gatewayConfig, { ...good, GHL_PUBLIC_KEYS: `next=${PLATFORM_KEY}` });
    expect(config.GHL_PUBLIC_KEYS.map(({ name }) => name)).toEqual(['platform', 'next']);
  });

  it('names every bad variable at once, and no value', () => {
    const env = { GHL_PUBLIC_KEYS: 'demo=c2VjcmV0', GHL_APP_ID: 'secret-app' };
    const load = () => loadConfig('gateway', gatewayConfig, env);
    for (const variable of ['PORT', 'NATS_URL', 'GHL_PUBLIC_KEYS', 'GHL_APP_ID']) expect(load).toThrow(`${variable}: `);
    expect(load).not.toThrow(/c2VjcmV0|secret-app/);
  });
});

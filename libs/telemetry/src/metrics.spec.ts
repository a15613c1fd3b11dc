import { describe, expect, it } from '@jest/globals';
import { counterIn, createRegistry, gaugeIn, histogramIn } from './metrics.ts';

describe('createRegistry', () => {
  it("labels Node's and our metrics with the service", async () => {
    const registry = createRegistry('scoring');
    counterIn(registry, { name: 'leads_total', help: 'leads', labelNames: ['band'] }).inc({ band: 'hot' });
    const text = await registry.metrics();
    expect(text).toMatch(/nodejs_eventloop_lag_seconds\{service="scoring"\}/);
    expect(text).toContain('leads_total{band="hot",service="scoring"} 1');
  });
});

describe('counterIn, gaugeIn, histogramIn', () => {
  it('return the same metric for the same name', () => {
    const registry = createRegistry('scoring');
    const named = (name: string) => ({ name, help: name });
    expect(counterIn(registry, named('a'))).toBe(counterIn(registry, named('a')));
    expect(gaugeIn(registry, named('b'))).toBe(gaugeIn(registry, named('b')));
    expect(histogramIn(registry, named('c'), [1])).toBe(histogramIn(registry, named('c'), [1]));
  });

  it('refuse a name that is already another kind', () => {
    const registry = createRegistry('scoring');
    counterIn(registry, { name: 'a', help: 'a' });
    expect(() => gaugeIn(registry, { name: 'a', help: 'a' })).toThrow(/already been registered/);
  });
});

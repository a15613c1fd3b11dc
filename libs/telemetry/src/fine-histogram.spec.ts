import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Histogram, Registry } from 'prom-client';
import { FINE_SECONDS, FineHistogram } from './fine-histogram.ts';

const seconds = fc.oneof(
  fc.constantFrom(...FINE_SECONDS),
  fc.double({ min: 0, max: 20, noNaN: true }),
  fc.double({ min: 0, max: 0.001, noNaN: true }),
);

describe('FineHistogram', () => {
  it('tells what a histogram of prom-client with the same bounds tells', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(seconds), fc.array(seconds), async (live, slow) => {
        const ours = new Registry();
        const fine = new FineHistogram<'lane'>(ours, { name: 'wait_seconds', help: 'Time in the queue' });
        const theirs = new Registry();
        const plain = new Histogram({
          name: 'wait_seconds',
          help: 'Time in the queue',
          labelNames: ['lane'],
          buckets: [...FINE_SECONDS],
          registers: [theirs],
        });
        for (const [lane, times] of Object.entries({ live, slow })) {
          const series = fine.series({ lane });
          plain.zero({ lane });
          for (const time of times) {
            series.observe(time);
            plain.observe({ lane }, time);
          }
        }
        expect(linesOf(await ours.metrics())).toEqual(linesOf(await theirs.metrics()));
      }),
    );
  });

  it('gets the labels of its registry', async () => {
    const registry = new Registry();
    registry.setDefaultLabels({ service: 'gateway' });
    new FineHistogram(registry, { name: 'check_seconds', help: 'Time of a check' }).series({}).observe(0.000_012);
    const text = await registry.metrics();
    expect(text).toContain('check_seconds_bucket{le="0.00001",service="gateway"} 0');
    expect(text).toContain('check_seconds_bucket{le="0.000015",service="gateway"} 1');
    expect(text).toContain('check_seconds_count{service="gateway"} 1');
  });

  it('refuses a name that is taken', () => {
    const registry = new Registry();
    const make = (): unknown => new FineHistogram(registry, { name: 'a_seconds', help: 'a' });
    make();
    expect(make).toThrow('already been registered');
  });
});

/** Each line with its labels in one order. */
function linesOf(metrics: string): string[] {
  return metrics.split('\n').map((line) => {
    const [, name, labels = '', value] = /^(\w+)\{(.*)\}( .*)$/.exec(line) ?? [];
    return name === undefined ? line : `${name}{${labels.split(',').toSorted().join(',')}}${value}`;
  });
}

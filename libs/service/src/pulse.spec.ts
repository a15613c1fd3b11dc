import { createLogger } from '@hub/telemetry';
import { until } from '@hub/testkit';
import { expect, it } from '@jest/globals';
import { Pulse } from './pulse.ts';

it('beats while the service is ready, only then, and not after it has stopped', async () => {
  let isReady = true;
  let looks = 0;
  let beats = 0;
  const check = async () => {
    looks += 1;
    if (!isReady) throw new Error('away');
  };
  const beat = async () => {
    beats += 1;
    if (beats === 1) throw new Error('the broker did not take it');
  };
  const pulse = new Pulse([{ name: 'nats', check }], { everyMs: 1, beat }, createLogger('spec', 'silent'));
  const furtherLooks = async () => {
    const before = looks;
    await until(() => looks > before + 2, { what: 'two more looks' });
  };
  pulse.onApplicationBootstrap();
  await until(() => beats > 2, { what: 'beats, after one that failed' });
  isReady = false;
  await furtherLooks();
  const soFar = beats;
  await furtherLooks();
  expect(beats).toBe(soFar);
  isReady = true;
  await until(() => beats > soFar, { what: 'beats again' });
  await pulse.beforeApplicationShutdown();
  const last = beats;
  await new Promise((resolve) => setImmediate(resolve));
  expect(beats).toBe(last);
});

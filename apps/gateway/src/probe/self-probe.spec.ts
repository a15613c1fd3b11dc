import { createLogger } from '@hub/telemetry';
import { until } from '@hub/testkit';
import { afterEach, expect, it } from '@jest/globals';
import { SelfProbe } from './self-probe.ts';

const logger = createLogger('spec', 'silent');
let probe: SelfProbe | undefined;
afterEach(() => probe?.beforeApplicationShutdown());

function probing(everyMs = 1): SelfProbe {
  probe = new SelfProbe({ everyMs, retryMs: 1, logger });
  return probe;
}

function passes(self: SelfProbe): boolean {
  self.assertPassed();
  return true;
}

it('has not passed before anything was asked', () => {
  expect(() => probing().assertPassed()).toThrow('none has gone through yet');
});

it('knows what the last probe met', async () => {
  const self = probing();
  let answer: Error | null = new Error('it was answered 429');
  self.start(async () => {
    if (answer !== null) throw answer;
  });
  await until(() => /answered 429/.test(problemOf(self)), { what: 'a probe that fails' });
  answer = null;
  await until(() => passes(self), { what: 'a probe that passes' });
  answer = new Error('the socket broke');
  await until(() => /the socket broke/.test(problemOf(self)), { what: 'a probe that fails again' });
});

it('asks at once when something else was not stored', async () => {
  const self = probing(3_600_000);
  let works = true;
  self.start(async () => {
    if (!works) throw new Error('no room');
  });
  await until(() => passes(self), { what: 'a probe that passes' });
  works = false;
  await until(() => (self.doubt(), /no room/.test(problemOf(self))), { what: 'a probe that fails' });
});

it('asks no more when the application closes', async () => {
  const self = probing();
  let asked = 0;
  self.start(async () => void (asked += 1));
  await until(() => asked > 2, { what: 'a few probes' });
  await self.beforeApplicationShutdown();
  const last = asked;
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(asked).toBe(last);
});

it('does not wait for the next turn when the application closes', async () => {
  const self = probing(3_600_000);
  self.start(async () => undefined);
  await until(() => passes(self), { what: 'a probe that passes' });
  await self.beforeApplicationShutdown();
});

function problemOf(self: SelfProbe): string {
  try {
    self.assertPassed();
    return '';
  } catch (error) {
    return String(error);
  }
}

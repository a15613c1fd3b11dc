import { expect, it } from '@jest/globals';
import { KnownTenants } from './known-tenants.ts';

it('knows whose signed webhooks it has heard of', () => {
  const known = new KnownTenants();
  known.hear('maple');
  known.hear(null);
  expect([known.has('maple'), known.has('oak'), known.has('null')]).toEqual([true, false, false]);
});

import { expect, it } from '@jest/globals';
import { addSignInLink } from './operate.ts';

it.each([[['maple', '*']], [['maple', '']]])('makes no link for %j', async (tenants) => {
  const link = { tokenHash: 'h', userId: 'u', userName: 'U', tenants, expiresAtMs: 1 };
  // Refused before anyone is connected to: nothing answers there.
  await expect(addSignInLink('postgres://127.0.0.1:1/none', link)).rejects.toThrow("'*' alone, or ids");
});

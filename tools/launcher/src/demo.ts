import { createPrivateKey, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sign } from '@hub/crm-ghl';

/** The simulated brokerage's first location, whose id is fixed; known to the hub from the start. */
export const DEMO_TENANT = { id: 'demoMapleRealty01', name: 'Maple Realty' };

/** How the simulated brokerage is started; it goes on where it stopped the last time. */
export function brokerageArguments(webhookUrl: string, signingKeyFile: string, stateDir: string): string[] {
  const [truth, state] = ['brokerage-truth.jsonl', 'brokerage-state.json'].map((name) => join(stateDir, name));
  return ['--url', webhookUrl, '--key-file', signingKeyFile, '--truth-file', `${truth}`, '--state-file', `${state}`];
}

/** A command that sends one new contact of the demo tenant, signed: it works as it is printed. */
export async function curlLine(webhookUrl: string, signingKeyFile: string, nowMs: number): Promise<string> {
  const now = new Date(nowMs).toISOString();
  const body = JSON.stringify({
    type: 'ContactCreate',
    locationId: DEMO_TENANT.id,
    id: `curl${nowMs.toString(36)}`,
    firstName: 'Casey',
    lastName: 'Curl',
    source: 'Website form',
    dateAdded: now,
    timestamp: now,
    webhookId: randomUUID(),
  });
  const signature = sign(createPrivateKey(await readFile(signingKeyFile)), Buffer.from(body));
  return `curl -i ${webhookUrl} -H 'Content-Type: application/json' -H 'X-GHL-Signature: ${signature}' -d '${body}'`;
}

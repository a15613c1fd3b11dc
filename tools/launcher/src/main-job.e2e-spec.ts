import { createPrivateKey, randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sign } from '@hub/crm-ghl';
import { type Browser, chromium, type Page } from 'playwright-core';
import { type Stack, startStack } from './stack.ts';

const TENANT = 'mainJobRealty';

let stateDir: string;
let stack: Stack;
let browser: Browser;
let page: Page;
const complaints: string[] = [];

beforeAll(async () => {
  stateDir = mkdtempSync(join(tmpdir(), 'hub-main-job-'));
  stack = await startStack({ stateDir, ports: 'free', demo: false, quiet: true });
  await stack.addTenant(TENANT, 'Main Job Realty');
  browser = await chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    chromiumSandbox: false,
    args: ['--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-sync'],
  });
  page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
}, 180_000);

afterAll(async () => {
  await browser.close();
  await stack.stop();
  rmSync(stateDir, { recursive: true, force: true });
}, 30_000);

async function deliver(payload: object): Promise<void> {
  const now = new Date().toISOString();
  const body = JSON.stringify({
    locationId: TENANT,
    webhookId: randomUUID(),
    timestamp: now,
    dateAdded: now,
    ...payload,
  });
  const signature = sign(createPrivateKey(readFileSync(stack.keys.privateKeyFile)), Buffer.from(body));
  const answer = await fetch(stack.urls.webhook, { method: 'POST', headers: { 'x-ghl-signature': signature }, body });
  expect(answer.status).toBe(200);
}

const message = (contactId: string, direction: 'inbound' | 'outbound', body: string) =>
  deliver({
    type: `${direction === 'inbound' ? 'In' : 'Out'}boundMessage`,
    contactId,
    direction,
    messageType: 'SMS',
    body,
  });

const row = (leadId: string) => page.locator(`.row[data-lead="${leadId}"]`);

describe('the main job, in a real browser on the real stack', () => {
  it('a signed webhook becomes a scored row on an open screen, without a reload', async () => {
    await page.goto(await stack.signInLink());
    await page.locator('.freshness[data-kind="live"]').waitFor();
    await deliver({
      type: 'ContactCreate',
      id: 'dana',
      firstName: 'Dana',
      lastName: 'Ruiz',
      name: 'Dana Ruiz',
      source: 'Referral',
    });
    await message('dana', 'inbound', 'Can I see it this week?');
    await message('dana', 'outbound', 'Thursday at four?');
    await message('dana', 'inbound', 'Yes please.');
    await row('dana').waitFor();
    expect(await row('dana').locator('.name').textContent()).toBe('Dana Ruiz');
    expect(await row('dana').locator('.odds').textContent()).toMatch(/\d+ in 100/);
  }, 60_000);

  it('its panel gives reasons that add up, and the webhooks behind them', async () => {
    await row('dana').click();
    await page.getByText('Prior, not learned').waitFor();
    await page.getByText('Starting point').first().waitFor();
    await page.getByText('Can I see it this week?').first().waitFor({ state: 'attached' });
  }, 60_000);

  it('a link signs in once, and the page ran under its security policy without a complaint', async () => {
    const link = await stack.signInLink();
    const first = await fetch(link, { redirect: 'manual' });
    const second = await fetch(link, { redirect: 'manual' });
    expect([first.status, second.status]).toEqual([303, 410]);
    expect(complaints).toEqual([]);
  }, 60_000);
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@hub/testkit';
import type { Browser, Page } from 'playwright-core';
import { oddsWords } from '../words/odds.ts';
import { launchBrowser, live, openPage, rowOf } from './browser.ts';
import { FakeHub } from './fake-hub.ts';

let browser: Browser;
let hub: FakeHub;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  hub = await FakeHub.start(60);
  ({ page } = await openPage(browser, hub.url));
  await live(page);
});
afterEach(async () => {
  await page.context().close();
  await hub.stop();
});

function mark(kind: string): Promise<void> {
  return page.locator(`.freshness[data-kind="${kind}"]`).waitFor();
}

function oddsOf(leadId: string): Promise<string | null> {
  return rowOf(page, leadId).locator('.odds').textContent();
}

describe('a stream that breaks', () => {
  it('says offline since when, greys what may be old, and is back after 60 s without a reload or a missed event', async () => {
    await page.clock.install();
    await page.reload();
    await live(page);
    await page.evaluate(() => document.body.setAttribute('data-same-page', ''));
    const leads = [0, 1, 2, 3].map((place) => hub.ranked(place).profile);
    hub.rescore(leads[0]?.leadId ?? '', 1.4);
    const known = hub.realtime.sequence;
    await until(
      async () => (await oddsOf(leads[0]?.leadId ?? '')) !== oddsWords(leads[0]?.conversion.probability ?? 0),
      {
        what: 'the last event before the gap',
      },
    );

    hub.realtime.cut();
    await mark('offline');
    await expect(page.locator('.freshness').textContent()).resolves.toMatch(/^Offline since \d\d:\d\d$/);
    await expect(
      page
        .locator('.row')
        .first()
        .evaluate((row) => getComputedStyle(row).filter),
    ).resolves.toContain('grayscale');

    // Every lead changes twice while nobody hears it.
    for (const contribution of [0.5, 1.1]) for (const { leadId } of leads) hub.rescore(leadId, contribution);
    await page.clock.fastForward(60_000);
    await mark('offline');
    hub.realtime.restore();
    await page.clock.fastForward(5_000);
    await live(page);
    expect(hub.realtime.asked.at(-1)).toBe(String(known));
    for (const { leadId } of leads) {
      await expect(oddsOf(leadId)).resolves.toBe(oddsWords(hub.profile(leadId).conversion.probability));
    }
    expect(await page.locator('body[data-same-page]').count()).toBe(1);
  });

  it('fetches everything anew when the gap was longer than the stream remembers', async () => {
    const { leadId } = hub.ranked(2).profile;
    hub.realtime.cut();
    await mark('offline');
    const after = hub.rescore(leadId, 1.7).profile;
    hub.realtime.forgetPast();
    hub.realtime.restore();
    await live(page);
    await until(async () => (await oddsOf(leadId)) === oddsWords(after.conversion.probability), {
      what: 'the change from the list',
    });
  });

  it('says how far behind it is', async () => {
    hub.realtime.behind = 12;
    await mark('catchingUp');
    await expect(page.locator('.freshness').textContent()).resolves.toBe('Catching up, 12 behind');
    hub.realtime.behind = 0;
    await live(page);
  });

  it('does not call itself live on a connection that died without a word', async () => {
    await page.clock.install();
    await page.reload();
    await live(page);
    hub.realtime.fallSilent();
    await page.clock.fastForward(13_000);
    await mark('offline');
    hub.realtime.speak();
    await page.clock.fastForward(6_000);
    await live(page);
  });
});

describe('an API that fails', () => {
  it('keeps the open lead, says what is wrong, and tries again on request', async () => {
    const { leadId } = hub.ranked(0).profile;
    await rowOf(page, leadId).click();
    await page.locator('.ledger').first().waitFor();
    hub.failWith = 503;
    const after = hub.rescore(leadId, 1.9).profile;
    await page.locator('.panel .problem').waitFor();
    await expect(page.locator('.panel .problem').textContent()).resolves.toContain('The database does not answer.');
    expect(await page.locator('.panel .ledger').count()).toBe(2);

    hub.failWith = null;
    await page.locator('.panel .problem button').click();
    await page.locator('.headline', { hasText: oddsWords(after.conversion.probability) }).waitFor();
    expect(await page.locator('.problem').count()).toBe(0);
  });

  it('says so instead of an empty queue, and shows the queue once it works', async () => {
    hub.failWith = 503;
    await page.reload();
    await page.getByText('EnterpriseHub does not answer').waitFor();
    hub.failWith = null;
    await page.getByRole('button', { name: 'Try again' }).click();
    await live(page);
  });

  it('says that a lead is not there', async () => {
    await page.goto(`${hub.url}/?lead=nobody`);
    await page.getByText('There is no such lead in this account.').waitFor();
  });
});

describe('a session', () => {
  it('that ended shows how to get in again', async () => {
    hub.signedIn = false;
    hub.realtime.cut();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    await page.getByText('sign-in link').first().waitFor();
  });

  it('ends by the button', async () => {
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
    expect(hub.signedIn).toBe(false);
    await until(() => hub.realtime.openLines === 0, { what: 'the stream to close' });
  });
});

describe('a tenant without leads', () => {
  it('is told how to get the first one', async () => {
    await page.getByLabel('Account').selectOption('harbour');
    await page.getByRole('heading', { name: 'No leads yet' }).waitFor();
    await page.getByText('/webhooks/ghl').waitFor();
    await expect(page.locator('.counts dd').allTextContents()).resolves.toEqual(['0', '0', '0', '0']);
  });
});

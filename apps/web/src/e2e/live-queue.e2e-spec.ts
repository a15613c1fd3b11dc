import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { until } from '@hub/testkit';
import type { Browser, Page } from 'playwright-core';
import { oddsWords } from '../words/odds.ts';
import { launchBrowser, live, namesInOrder, openPage, openTab, rowOf } from './browser.ts';
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

/** Moves the pointer where no row is. */
async function pointAway(): Promise<void> {
  await page.mouse.move(200, 70);
}

async function firstName(): Promise<string> {
  return (await namesInOrder(page))[0] ?? '';
}

describe('the live queue', () => {
  it('changes a row in place and moves it to where it belongs', async () => {
    const { profile } = hub.ranked(5);
    const after = hub.rescore(profile.leadId, 3).profile;
    await until(async () => (await firstName()) === profile.name, { what: 'the lead at the top' });
    await expect(rowOf(page, profile.leadId).locator('.odds').textContent()).resolves.toBe(
      oddsWords(after.conversion.probability),
    );
    await expect(rowOf(page, profile.leadId).locator('.touch').textContent()).resolves.toMatch(/^message(now|\d+ s)$/);
  });

  it('takes in a lead it has not seen', async () => {
    const before = await page.locator('.views button').first().textContent();
    const cool = hub.ranked(0);
    hub.publishNew({ ...cool, profile: { ...cool.profile, leadId: 'brandnew', name: 'Brand New' } });
    await rowOf(page, 'brandnew').waitFor();
    await expect(page.locator('.views button').first().textContent()).resolves.not.toBe(before);
  });

  it('ignores a version it already has', async () => {
    const { profile } = hub.ranked(0);
    hub.publishNew({ profile: { ...profile, name: 'Stale Name' }, timeline: [] });
    const second = hub.rescore(hub.ranked(1).profile.leadId, 3);
    await until(async () => (await firstName()) === second.profile.name, { what: 'the change that came after' });
    await expect(rowOf(page, profile.leadId).locator('.name').textContent()).resolves.toBe(profile.name);
  });

  it('says how many there are of each kind', async () => {
    const shown = await page.locator('.counts dd').allTextContents();
    expect(shown).toEqual(['hot', 'warm', 'goingCold', 'unknown'].map((kind) => String(hub.counts()[kind as 'hot'])));
  });
});

describe('an order that is held', () => {
  it('moves no row under the pointer, changes values in place, and catches up when the pointer leaves', async () => {
    const before = await namesInOrder(page);
    const { profile } = hub.ranked(4);
    await rowOf(page, profile.leadId).hover();
    const after = hub.rescore(profile.leadId, 3).profile;
    await page.locator('.changes').waitFor();
    await expect(page.locator('.changes').textContent()).resolves.toContain('1 change');
    await expect(rowOf(page, profile.leadId).locator('.odds').textContent()).resolves.toBe(
      oddsWords(after.conversion.probability),
    );
    expect(await namesInOrder(page)).toEqual(before);

    await pointAway();
    await until(async () => (await firstName()) === profile.name, { what: 'the lead at the top' });
    expect(await page.locator('.changes').count()).toBe(0);
  });

  it('is held under the focus too, and brought up to date by R or by its button', async () => {
    await page.locator('.rows').focus();
    const [fourth, fifth] = [hub.ranked(4).profile, hub.ranked(5).profile];
    hub.rescore(fourth.leadId, 3);
    await page.locator('.changes').waitFor();
    await page.keyboard.press('r');
    await until(async () => (await firstName()) === fourth.name, { what: 'the first change' });

    hub.rescore(fifth.leadId, 3.2);
    await page.locator('.changes').click();
    await until(async () => (await firstName()) === fifth.name, { what: 'the second change' });
  });
});

describe('tabs of one browser', () => {
  it('share one stream, and none misses anything when the one that has it closes', async () => {
    const { page: second } = await openTab(page.context(), hub.url);
    await live(second);
    expect(hub.realtime.openLines).toBe(1);
    const { leadId } = hub.ranked(3).profile;
    const odds = async (tab: Page): Promise<string | null> => rowOf(tab, leadId).locator('.odds').textContent();

    const both = oddsWords(hub.rescore(leadId, 1.5).profile.conversion.probability);
    await until(async () => (await odds(page)) === both && (await odds(second)) === both, { what: 'both tabs' });

    await page.close();
    const left = oddsWords(hub.rescore(leadId, 2.5).profile.conversion.probability);
    await until(async () => (await odds(second)) === left, { what: 'the tab that is left' });
    expect(hub.realtime.openLines).toBe(1);
  });
});

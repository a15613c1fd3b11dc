import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@hub/testkit';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { launchBrowser, live, namesInOrder, NARROW, openPage, rowOf, WIDE } from './browser.ts';
import { learnedOn } from './demo-leads.ts';
import { FakeHub } from './fake-hub.ts';

let browser: Browser;
let hub: FakeHub;

beforeAll(async () => {
  browser = await launchBrowser();
  hub = await FakeHub.start(120);
});
afterAll(async () => {
  await browser.close();
  await hub.stop();
});

async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
  const { page, complaints } = await openPage(browser, hub.url, options);
  try {
    await live(page);
    await use(page);
    // Nothing the security policy refuses, and no script that failed.
    expect(complaints).toEqual([]);
  } finally {
    await page.context().close();
  }
}

interface AxeWindow {
  readonly axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> };
}

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** What axe calls serious or critical. */
async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => (globalThis as unknown as AxeWindow).axe.run());
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

function activeName(page: Page): Promise<string | null> {
  return page.locator('.row[aria-selected="true"] .name').textContent();
}

const SCREENS: readonly (readonly [string, BrowserContextOptions])[] = [
  ['wide and light', { ...WIDE, colorScheme: 'light' }],
  ['wide and dark', { ...WIDE, colorScheme: 'dark' }],
  ['narrow and light', { ...NARROW, colorScheme: 'light' }],
  ['narrow and dark', { ...NARROW, colorScheme: 'dark' }],
];

describe.each(SCREENS)('a screen that is %s', (_, options) => {
  it('has nothing serious for axe to find, and no sideways scroll', () =>
    withPage(options, async (page) => {
      const sideways = (): Promise<number> =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(await findings(page)).toEqual([]);
      expect(await sideways()).toBe(0);

      await page.locator('.row').first().click();
      await page.locator('.timeline li').first().waitFor();
      await page.locator('.timeline summary').first().click();
      await page.locator('.raw').first().waitFor();
      expect(await findings(page)).toEqual([]);
      expect(await sideways()).toBe(0);

      await page.keyboard.press('Escape');
      // A dialog gives the focus back once it has closed; only then does the order hold for those who take it.
      await page.locator('.timeline').waitFor({ state: 'detached' });
      await page.locator('.rows').focus();
      // More than a lead can have otherwise: each screen moves another one from the fourth place to one of the first three.
      hub.rescore(hub.ranked(3).profile.leadId, 9);
      const changes = page.locator('.changes');
      await changes.waitFor();
      const box = await changes.boundingBox();
      expect(box).not.toBeNull();
      expect((box?.x ?? 0) + (box?.width ?? 0)).toBeLessThanOrEqual(page.viewportSize()?.width ?? 0);
      await changes.click();

      await page.locator('.find').click();
      await page.keyboard.type('da');
      await page.locator('#found-0').waitFor();
      expect(await findings(page)).toEqual([]);
    }));
});

describe('the keyboard', () => {
  it('does everything', () =>
    withPage(WIDE, async (page) => {
      const names = await namesInOrder(page);
      await page.keyboard.press('j');
      expect(await activeName(page)).toBe(names[0]);
      await page.keyboard.press('j');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('k');
      expect(await activeName(page)).toBe(names[1]);
      await expect(page.locator('.rows').evaluate((list) => list === document.activeElement)).resolves.toBe(true);
      await expect(page.locator('.rows').getAttribute('aria-activedescendant')).resolves.toMatch(/^lead-/);

      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: names[1] ?? '' }).waitFor();
      await page.keyboard.press('j');
      await page.getByRole('heading', { name: names[2] ?? '' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByText('Choose a lead').waitFor();

      await page.keyboard.press('2');
      await page.locator('[aria-pressed="true"]', { hasText: 'Going cold' }).waitFor();
      await page.keyboard.press('3');
      await page.locator('[aria-pressed="true"]', { hasText: 'All' }).waitFor();
      await page.keyboard.press('1');
      await page.locator('[aria-pressed="true"]', { hasText: 'Now' }).waitFor();

      await page.keyboard.press('/');
      const wanted = hub.ranked(7).profile;
      await page.keyboard.type(wanted.name.toLowerCase());
      await page.locator('#found-0', { hasText: wanted.name }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: wanted.name }).waitFor();
      await page.keyboard.press('Control+k');
      await page.locator('.palette').waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.palette').waitFor({ state: 'detached' });

      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keys' }).waitFor();
      await page.keyboard.press('Escape');
      await page.locator('.help').waitFor({ state: 'detached' });
    }));

  it('leafs through leads by a button that keeps the focus', () =>
    withPage(WIDE, async (page) => {
      const names = await namesInOrder(page);
      await page.locator('.row').first().click();
      await page.getByRole('button', { name: 'Next lead' }).focus();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: names[1] ?? '' }).waitFor();
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { name: names[2] ?? '' }).waitFor();
    }));

  it('shows where it is', () =>
    withPage(WIDE, async (page) => {
      await page.keyboard.press('j');
      const row = page.locator('.row[aria-selected="true"]');
      await expect(row.evaluate((element) => getComputedStyle(element).outlineStyle)).resolves.toBe('solid');
    }));
});

describe('a lead', () => {
  it('has reasons whose shown numbers add up to the shown sum, for both models', () =>
    withPage(WIDE, async (page) => {
      for (const place of [0, 3, 9]) {
        await rowOf(page, hub.ranked(place).profile.leadId).click();
        await page.getByRole('heading', { name: hub.ranked(place).profile.name }).waitFor();
        await page.locator('.ledger').nth(1).waitFor();
        const ledgers = await page.locator('.ledger').evaluateAll((tables) =>
          tables.map((table) => ({
            parts: [...table.querySelectorAll('[data-hundredths]')].map((cell) => cell.textContent),
            total: table.querySelector('[data-total]')?.textContent ?? '',
          })),
        );
        for (const { parts, total } of ledgers) {
          expect(parts.length).toBeGreaterThan(2);
          expect(parts.reduce((sum, part) => sum + hundredths(part), 0)).toBe(hundredths(total));
        }
      }
    }));

  it('has its odds, the label of the model and what was received', () =>
    withPage(WIDE, async (page) => {
      await rowOf(page, hub.ranked(0).profile.leadId).click();
      await page.getByText('Prior, not learned').waitFor();
      await page.locator('.timeline summary').first().click();
      await expect(page.locator('.raw').first().textContent()).resolves.toContain('"webhookId"');
    }));

  it('says what raises its odds and what lowers them, apart, and leads by keyboard to the events behind', () =>
    withPage(WIDE, async (page) => {
      const lead = hub.ranked(0);
      await rowOf(page, lead.profile.leadId).click();
      const why = page.getByRole('table', { name: 'Reasons of the odds' });
      await why.getByRole('rowheader', { name: 'has talked with us' }).waitFor();
      await expect(why.locator('.side').allTextContents()).resolves.toEqual(['Raises it', 'Lowers it']);
      const cause = why.getByRole('button', { name: /the 2 events behind: has talked with us$/ });
      await cause.focus();
      await page.keyboard.press('Enter');
      await page.locator('.timeline [aria-current]').first().waitFor();
      // A message of each side: the newest of both.
      const lit = await page.locator('.timeline [aria-current] summary').allTextContents();
      expect(lit).toHaveLength(2);
      await expect(
        page
          .locator('.timeline [aria-current] summary')
          .first()
          .evaluate((summary) => summary === document.activeElement),
      ).resolves.toBe(true);
      expect(await findings(page)).toEqual([]);
    }));

  it('decided on by a learned model has its range, its origin, pairs in words and the third slot', () =>
    withPage(WIDE, async (page) => {
      const { profile } = hub.ranked(1);
      const before = hub.lead(profile.leadId);
      hub.publishNew(learnedOn(before));
      await rowOf(page, profile.leadId).click();
      await page.getByText('between 3 and 31 in 100').waitFor();
      await page.getByText('too wide a range to act on alone').waitFor();
      await page.getByText('learned from 12,430 leads up to 3 Oct 2026, checked on 2,310 leads').first().waitFor();
      const why = page.getByRole('table', { name: 'Reasons of the odds' });
      await why.getByText('no reply to 3 attempts and has talked with us, taken together').waitFor();
      await why.getByText('adjusted to how often it came true of late').waitFor();
      await page.getByRole('table', { name: 'Reasons of the match' }).waitFor();
      hub.publishNew({ ...before, profile: { ...before.profile, version: profile.version + 2 } });
    }));

  it('is still open after a reload, and closed by Back', () =>
    withPage(NARROW, async (page) => {
      const { leadId, name } = hub.ranked(0).profile;
      await rowOf(page, leadId).click();
      await page.getByRole('heading', { name }).waitFor();
      await page.reload();
      await page.getByRole('heading', { name }).waitFor();
      await page.goBack();
      await page.locator('dialog.panel').waitFor({ state: 'detached' });
    }));

  it('without enough evidence shows no odds', () =>
    withPage(WIDE, async (page) => {
      await page.keyboard.press('3');
      await page.locator('.rows').evaluate((list) => list.scrollTo(0, list.scrollHeight));
      await page.locator('.row[data-band="unknown"]').last().click();
      await page.locator('.headline', { hasText: 'Not enough evidence' }).waitFor();
      await expect(page.locator('.headline').textContent()).resolves.not.toContain('in 100');
      await page.getByText('the lead has never acted, and people did fewer than 3 things about it').waitFor();
    }));
});

describe('who listens to the page', () => {
  it('is told who turned hot, not every change of a number', () =>
    withPage(WIDE, async (page) => {
      const cool = hub.firstOf('cool').profile;
      await page.clock.install();
      await page.reload();
      await live(page);
      hub.rescore(hub.ranked(0).profile.leadId, 1);
      hub.rescore(cool.leadId, 3);
      await until(async () => (await namesInOrder(page)).includes(cool.name), { what: 'the lead that turned hot' });
      await page.clock.fastForward(5_000);
      await page.locator('output', { hasText: `${cool.name} is hot now.` }).waitFor({ state: 'attached' });
      await expect(page.locator('output').textContent()).resolves.toBe(`${cool.name} is hot now.`);
    }));
});

describe('the theme', () => {
  it('follows the system until somebody chooses, and remembers that', () =>
    withPage({ ...WIDE, colorScheme: 'dark' }, async (page) => {
      const ground = (): Promise<string> =>
        page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
      const dark = await ground();
      await page.keyboard.press('t');
      expect(await ground()).not.toBe(dark);
      await page.reload();
      await live(page);
      expect(await ground()).not.toBe(dark);
      await page.getByRole('button', { name: 'Dark theme' }).click();
      expect(await ground()).toBe(dark);
    }));
});

describe('10,000 leads', () => {
  it('are all there with few of them drawn', async () => {
    const many = await FakeHub.start(10_000);
    const { page } = await openPage(browser, `${many.url}/?view=all`);
    try {
      await live(page);
      await page.locator('.views button', { hasText: 'All 10,000' }).waitFor();
      expect(await page.locator('.row').count()).toBeLessThan(60);
      await page.locator('.rows').evaluate((list) => list.scrollTo(0, list.scrollHeight));
      await page.locator('.row[aria-posinset="10000"]').waitFor();
      expect(await page.locator('.row').count()).toBeLessThan(60);

      const { leadId, name } = many.ranked(0).profile;
      many.rescore(leadId, 1);
      await page.locator('.rows').evaluate((list) => list.scrollTo(0, 0));
      await until(async () => (await namesInOrder(page))[0] === name, { what: 'the lead touched last at the top' });
    } finally {
      await page.context().close();
      await many.stop();
    }
  });
});

/** `−1.27` as -127. */
function hundredths(text: string | null): number {
  return Math.round(Number((text ?? '').replace('−', '-')) * 100);
}

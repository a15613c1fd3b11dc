import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Locator,
  type Page,
} from 'playwright-core';

const FLAGS = [
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** Debian's Chromium, or the one that the environment variable CHROMIUM names. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    headless: true,
    chromiumSandbox: false,
    args: FLAGS,
  });
}

export const WIDE = { viewport: { width: 1440, height: 900 } };
export const NARROW = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

export interface OpenPage {
  readonly page: Page;
  /** What it complained about: code the security policy refused, scripts that failed. */
  readonly complaints: readonly string[];
}

/** A page in a session of its own. */
export async function openPage(
  browser: Browser,
  url: string,
  options: BrowserContextOptions = WIDE,
): Promise<OpenPage> {
  const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
  return openTab(context, url);
}

/** One more tab of a session. */
export async function openTab(context: BrowserContext, url: string): Promise<OpenPage> {
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // The browser logs every failed request by itself; the faults in these tests make many.
    const expected = message.text().startsWith('Failed to load resource');
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  await page.goto(url);
  return { page, complaints };
}

/** Waits until the page says that everything has reached it. */
export async function live(page: Page): Promise<void> {
  await page.locator('.freshness[data-kind="live"]').waitFor();
}

/** Names of the rows in sight, from the top. */
export async function namesInOrder(page: Page): Promise<readonly string[]> {
  const rows = await page.locator('.row').evaluateAll((all) =>
    all.map((row) => ({
      top: row.getBoundingClientRect().top,
      name: row.querySelector('.name')?.textContent ?? '',
    })),
  );
  return rows.toSorted((a, b) => a.top - b.top).map(({ name }) => name);
}

export function rowOf(page: Page, leadId: string): Locator {
  return page.locator(`.row[data-lead="${leadId}"]`);
}

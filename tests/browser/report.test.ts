/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { report } from '../../conformance/cli/report-files.ts';
import { startBrowser } from './browser.ts';
import { focused, keepsItsForm, LOOKS, type Opened, openPage } from './pages.ts';
import { realResults } from './results.ts';

const SCREENS = process.env['SCREENSHOTS'];
const folder = mkdtempSync(path.join(tmpdir(), 'report-page-'));
const page_file = path.join(folder, 'report.html');
let browser: Browser;

beforeAll(async () => {
  report(await realResults(folder), { html: page_file }, { out: () => {} });
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(LOOKS)('the page of real results, $colorScheme and $width pixels wide', (look) => {
  let opened: Opened;
  let page: Page;
  beforeAll(async () => {
    opened = await openPage(browser, page_file, look);
    ({ page } = opened);
  });
  afterAll(() => page.close());

  keepsItsForm(() => opened, look);
  test('verdicts come first, in the window as it opens', async () => {
    const verdict = page.getByRole('heading', { level: 1 }).first();
    expect(await verdict.textContent()).toContain('does not conform');
    const box = await verdict.boundingBox();
    expect((box?.y ?? 900) + (box?.height ?? 0)).toBeLessThan(300);
  });
  test('the broken step of each open diagram can be seen once it is scrolled to', async () => {
    const steps = page.locator('.failure[open] .diagram .verdict');
    const count = await steps.count();
    expect(count).toBeGreaterThan(0);
    for (let index = 0; index < count; index++) {
      const step = steps.nth(index);
      await step.scrollIntoViewIfNeeded();
      const text = await step.locator('text').boundingBox();
      expect(await step.textContent()).toMatch(/✗ .+, proved by #\d+/);
      expect(text?.x).toBeGreaterThanOrEqual(0);
      expect(text?.x).toBeLessThan(look.width / 2);
    }
  });
  test('a picture is taken for whoever wants to look', async () => {
    await page.evaluate(() => window.scrollTo(0, 0));
    const file = path.join(SCREENS ?? folder, `${look.colorScheme}-${look.width}.png`);
    expect((await page.screenshot({ path: file, fullPage: true })).length).toBeGreaterThan(10_000);
  });
});

describe('by keyboard alone', () => {
  test('Tab visits every control with a visible focus, and Enter opens and follows', async () => {
    const { page } = await openPage(browser, page_file, LOOKS[0]);
    await page.keyboard.press('Tab');
    expect(await focused(page)).toMatchObject({ words: 'Skip to the failures', is_outlined: true });
    const visited: string[] = [];
    const controls = await page
      .locator('a:visible, summary:visible, input:visible, [tabindex="0"]:visible')
      .count();
    for (let step = 1; step < controls; step++) {
      await page.keyboard.press('Tab');
      const { words, is_outlined } = await focused(page);
      expect(is_outlined, `${words} shows that it has the focus`).toBe(true);
      visited.push(words);
    }
    expect(visited.filter((words) => words.startsWith('Diagram of')).length).toBeGreaterThan(0);
    expect(visited.join(' ')).toContain('Show failures only');
    await page.close();
  });
  test('the skip link leads to the failures, and Enter closes and opens one', async () => {
    const { page } = await openPage(browser, page_file, LOOKS[0]);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('failures');
    await page.keyboard.press('Tab');
    const first = page.locator('details.failure').first();
    await page.keyboard.press('Enter');
    expect(await first.getAttribute('open')).toBe(null);
    await page.keyboard.press('Enter');
    expect(await first.getAttribute('open')).not.toBe(null);
    await page.close();
  });
  test('Space shows the failures only, and each failed cell leads to its failure', async () => {
    const { page } = await openPage(browser, page_file, LOOKS[0]);
    const rows = page.locator('tbody tr:visible');
    const all = await rows.count();
    await page.locator('#only-failures').focus();
    await page.keyboard.press('Space');
    expect(await rows.count()).toBeLessThan(all);
    const link = page.locator('td.failed a').first();
    const target = (await link.getAttribute('href')) ?? '';
    await link.focus();
    await page.keyboard.press('Enter');
    expect(await page.locator(target).isVisible()).toBe(true);
    await page.close();
  });
  test('a diagram that is wider than the window scrolls with the arrow keys', async () => {
    const { page } = await openPage(browser, page_file, LOOKS[1]);
    const figure = page.locator('.failure[open] .figure').first();
    await figure.focus();
    // A key that comes before the first frame is drawn is lost, so it is pressed until it works.
    await expect
      .poll(async () => {
        await page.keyboard.press('ArrowRight');
        return figure.evaluate((element) => element.scrollLeft);
      })
      .toBeGreaterThan(0);
    await page.close();
  });
});

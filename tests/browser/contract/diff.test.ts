/// <reference lib="dom" />
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { comparisonPage } from '../../../scripts/contract/diff/output/page.ts';
import { compared } from '../../contract/diff/compared.ts';
import { startBrowser } from '../browser.ts';
import { focused, keepsItsForm, LOOKS, type Opened, openPage } from '../pages.ts';

const SCREENS = process.env['SCREENSHOTS'];
const folder = mkdtempSync(path.join(tmpdir(), 'contract-diff-page-'));
const page_file = path.join(folder, 'diff.html');
let browser: Browser;

/** An edit of every verdict; one with messages that are refused. */
beforeAll(async () => {
  const comparison = compared((document) => {
    const field = ['components', 'schemas', 'PredictionReady', 'properties'];
    document.setIn(
      [...field, 'a_very_long_name_of_a_field_that_nobody_would_choose_but_somebody_may'],
      document.createNode({ type: 'integer' }),
    );
    document.setIn(
      ['components', 'schemas', 'PredictionStatus', 'enum'],
      document.createNode(['success', 'failed', 'skipped']),
    );
    document.setIn(['x-subscriptions', 'nba-phase4-trigger-sub', 'push_path'], '/work<b>');
    document.setIn(['x-subscriptions', 'nba-phase3-analytics-complete-sub', 'ack_deadline_seconds'], 120);
    document.setIn(['components', 'schemas', 'UtcTimestamp', 'description'], 'Other words.');
  }, 40);
  writeFileSync(page_file, comparisonPage(comparison, 1));
  browser = await startBrowser();
}, 120_000);
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe.each(LOOKS)('the page of contract diff, $colorScheme and $width pixels wide', (look) => {
  let opened: Opened;
  let page: Page;
  beforeAll(async () => {
    opened = await openPage(browser, page_file, look);
    ({ page } = opened);
  });
  afterAll(async () => {
    if (SCREENS !== undefined)
      await page.screenshot({
        path: path.join(SCREENS, `contract-diff-${look.colorScheme}-${look.width}.png`),
      });
    await page.close();
  });

  keepsItsForm(() => opened, look);
  test('shows each verdict, the worst first, and no text of the contract becomes markup', async () => {
    const verdicts = await page.locator('article > .verdict').allTextContents();
    expect([...new Set(verdicts)]).toEqual(['breaking', 'needs an order', 'compatible', 'documentation']);
    expect(await page.locator('article b').count()).toBe(0);
  });
  test('a refused message is opened by keyboard', async () => {
    await page.locator('summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('details[open] pre').first().textContent()).toContain('"status": "skipped"');
    expect(await focused(page)).toBeTruthy();
  });
});
